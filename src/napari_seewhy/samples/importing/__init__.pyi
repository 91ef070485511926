from .import_samples import (
    import_folders_steps as import_folders_steps,
    import_npz_steps as import_npz_steps,
    import_table_steps as import_table_steps,
)
from .options import (
    ImagesOptions as ImagesOptions,
    ImageTableOptions as ImageTableOptions,
    NpzOptions as NpzOptions,
)
from .outcome import Failure as Failure, Gathered as Gathered
