from .send import ENRICHMENT as ENRICHMENT, SendGenes as SendGenes
