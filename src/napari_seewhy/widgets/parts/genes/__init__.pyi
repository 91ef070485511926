from .send import ENRICHMENT as ENRICHMENT, UNDER_PEAKS as UNDER_PEAKS, SendGenes as SendGenes
