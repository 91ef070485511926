"""Commands about gene pictures, from drawing them to explaining what the networks say."""
