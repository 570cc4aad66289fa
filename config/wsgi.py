import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from config.start import refuse_unfit
from workflow.bodies import Wsgi, prepared

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
DO_NOT_TRY_AGAIN = 3  # as gunicorn understands it: the server ends instead of starting the next worker

RARELY = (20_000, 20, 20)  # a page of rows makes thousands of objects, none of them in a circle


def start() -> Wsgi:
    try:
        handler = get_wsgi_application()
        refuse_unfit(databases=["default"])
    except ImproperlyConfigured as error:
        sys.stderr.write(f"Vakhta cannot start: {error}\n")
        sys.exit(DO_NOT_TRY_AGAIN)
    import_string("monitoring.sentinel.Sentinel")().start()  # it knows models, which only now can be imported
    gc.collect()
    gc.freeze()  # what the start has made stays: it need not be looked through again and again
    gc.set_threshold(*RARELY)
    return prepared(handler)


application = start()
