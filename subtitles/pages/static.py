from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_MODULES = "js/"


class HashedStorage(CompressedManifestStaticFilesStorage):
    """File names carry a hash of their content, also where one of our ES modules imports another."""

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Callable[[re.Match[str]], str]:
        if name.endswith(".js") and not name.startswith(OUR_MODULES):
            # Packages' scripts name modules that only their own build tools find.
            return lambda match: match[0]
        converter: Callable[[re.Match[str]], str] = super().url_converter(name, *args, **kwargs)
        return converter
