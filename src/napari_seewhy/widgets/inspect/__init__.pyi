from .widget import InspectWidget as InspectWidget
