"""The explainers of tables under lime's name of the module: of rows, and of short series."""

from limetheory.adapters.lime.discretize import BaseDiscretizer as BaseDiscretizer
from limetheory.adapters.lime.discretize import DecileDiscretizer as DecileDiscretizer
from limetheory.adapters.lime.discretize import EntropyDiscretizer as EntropyDiscretizer
from limetheory.adapters.lime.discretize import QuartileDiscretizer as QuartileDiscretizer
from limetheory.adapters.lime.discretize import StatsDiscretizer as StatsDiscretizer
from limetheory.adapters.lime.series import RecurrentTabularExplainer as RecurrentTabularExplainer
from limetheory.adapters.lime.table import LimeTabularExplainer as LimeTabularExplainer
from limetheory.adapters.lime.table_mapper import TableDomainMapper as TableDomainMapper
