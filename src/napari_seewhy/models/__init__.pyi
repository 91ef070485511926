from .cards.card import ChannelCard as ChannelCard, ModelCard as ModelCard
from .files.library import ModelLibrary as ModelLibrary
from .files.model import Model as Model
from .files.model_file import (
    load_model as load_model,
    read_card as read_card,
    save_model as save_model,
)
from .networks.options import NetworkOptions as NetworkOptions
