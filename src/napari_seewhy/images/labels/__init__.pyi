from .files import LABEL_SUFFIXES as LABEL_SUFFIXES, read_labels as read_labels
