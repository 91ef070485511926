"""Tables, thumbnails, histograms and HTML shown in a dock."""
