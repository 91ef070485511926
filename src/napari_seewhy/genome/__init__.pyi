from .bigwig import (
    Run as Run,
    name_files as name_files,
    number_tracks as number_tracks,
    write_bigwig as write_bigwig,
)
from .checks import (
    CheckedTrack as CheckedTrack,
    check_builds as check_builds,
    check_genes as check_genes,
    find_level_unit as find_level_unit,
    warn_of_negatives as warn_of_negatives,
)
from .chromosomes import match_chromosome as match_chromosome
from .depth import estimate_depth as estimate_depth
from .dna_files import join_chromosomes as join_chromosomes, read_dna as read_dna
from .dna_windows import (
    SPLITS as SPLITS,
    DnaWindows as DnaWindows,
    Interval as Interval,
    parse_place as parse_place,
)
from .fasta import Genome as Genome
from .genes.files import read_genes as read_genes
from .genes.models import read_gene_models as read_gene_models
from .genes.places import GenePlace as GenePlace, place_genes as place_genes
from .igv import show_in_igv as show_in_igv
from .islands import read_islands as read_islands
from .letters import (
    LETTERS as LETTERS,
    UNKNOWN_BASE as UNKNOWN_BASE,
    decode_letters as decode_letters,
    encode_letters as encode_letters,
    from_one_hot as from_one_hot,
    reverse_complement as reverse_complement,
    to_one_hot as to_one_hot,
)
from .methylation.files import (
    convert_to_bigwig as convert_to_bigwig,
    convert_to_bigwig_steps as convert_to_bigwig_steps,
    is_bigwig as is_bigwig,
    read_conversion as read_conversion,
    read_sites_steps as read_sites_steps,
)
from .reader import (
    OpenTrack as OpenTrack,
    TrackPaths as TrackPaths,
    WindowReader as WindowReader,
)
from .text_streams import open_text as open_text, reading_text as reading_text
from .track import Track as Track
from .window import GeneWindow as GeneWindow, Sites as Sites, bin_window as bin_window
