from .layer_names import list_layers as list_layers
from .library import (
    SHIPPED_FOLDER as SHIPPED_FOLDER,
    LibraryEntry as LibraryEntry,
    ModelLibrary as ModelLibrary,
    user_folder as user_folder,
)
from .model import Model as Model, normalise as normalise
from .model_file import (
    load_model as load_model,
    read_card as read_card,
    save_model as save_model,
)
from .weights_file import (
    SUFFIX as SUFFIX,
    load_network as load_network,
    read_any_card as read_any_card,
    read_card_of as read_card_of,
    save_network as save_network,
)
