from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """File names carry a hash of their content, also where one ES module imports another."""

    support_js_module_import_aggregation = True
