from .sample_file import SampleFile as SampleFile, show_sample as show_sample
