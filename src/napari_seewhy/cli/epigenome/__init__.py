"""Commands about gene pictures: epigenome draw, split, import, train, classify, explain, amplify."""
