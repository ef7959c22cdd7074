"""Production settings, all from the environment. `dev` and `test` change as little as they can."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from bp_platform.settings import environment as env

BASE_DIR = Path(__file__).resolve().parents[2]
DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY", least=50)
ALLOWED_HOSTS = env.words("BP_HOSTS")
BASE_URL = env.text("BP_BASE_URL").rstrip("/")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("La variable BP_HOSTS n’est pas sûre : nommez les domaines au lieu d’écrire « * ».")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
IS_HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_filters",
    "django_htmx",
    "csp",
    "template_partials",
    "bp_platform.core",
    "bp_platform.accounts",
    "bp_platform.documents",
    "bp_platform.notifications",
    "cycles",
    "proposals",
    "instruction",
    "voting",
    "realisation",
    "bp_platform.pages",
    "bp_platform.opendata",
    "bp_platform.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bp_platform.core.middleware.CompressMiddleware",
    "bp_platform.core.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bp_platform.accounts.zones.TownZoneMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bp_platform.accounts.middleware.StaffGuardMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bp_platform.core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "bp_platform.urls"
WSGI_APPLICATION = "bp_platform.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "bp_platform.core.templatetags.bp"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bp_platform.accounts.context.town",
                "bp_platform.pages.context.chrome",
                "cycles.context.setup",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database()}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 2,
    "max_size": env.number("BP_DB_POOL", 8),
    "timeout": 10,
}
# Pages ask small questions: joins are written in the order to follow, and to look for a better one among fourteen, or
# to start workers that count beside, takes longer than to answer.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c join_collapse_limit=5 -c max_parallel_workers_per_gather=0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:personal_space"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "bp_platform.accounts.adapters.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # a box to tick; staff sessions are short whatever it says
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": "bp_platform.accounts.forms.sign_in.LoginForm",
    "signup": "bp_platform.accounts.forms.sign_in.SignupForm",
    "request_login_code": "bp_platform.accounts.forms.sign_in.RequestLoginCodeForm",
    "confirm_login_code": "bp_platform.accounts.forms.sign_in.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "bp_platform.accounts.forms.sign_in.ConfirmEmailVerificationCodeForm",
    "reset_password": "bp_platform.accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "bp_platform.accounts.forms.sign_in.ResetPasswordKeyForm",
    "change_password": "bp_platform.accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "bp_platform.accounts.forms.sign_in.SetPasswordForm",
    "add_email": "bp_platform.accounts.forms.sign_in.AddEmailForm",
    "reauthenticate": "bp_platform.accounts.forms.sign_in.ReauthenticateForm",
}
MFA_ADAPTER = "bp_platform.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "bp_platform.accounts.forms.sign_in.AuthenticateForm",
    "reauthenticate": "bp_platform.accounts.forms.sign_in.ReauthenticateWithCodeForm",
    "activate_totp": "bp_platform.accounts.forms.sign_in.ActivateTOTPForm",
    "add_webauthn": "bp_platform.accounts.forms.sign_in.AddWebAuthnForm",
    "edit_webauthn": "bp_platform.accounts.forms.sign_in.EditWebAuthnForm",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
INVITATION_DAYS = 7
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = env.text("BP_TOTP_ISSUER", "Budget participatif")
STAFF_SESSION_HOURS = 8
STAFF_IDLE_MINUTES = 30

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("BP_STATIC_DIR", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("BP_MEDIA_DIR", str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # a preselection of a thousand ideas is listed in one form, two fields each
FILE_UPLOAD_PERMISSIONS = 0o640

REDIS_URL = env.text("REDIS_URL", "")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # Whole anonymous pages and the town's row, kept by each process; keys hold the cycle's stamp: nothing goes stale.
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "local",
        "OPTIONS": {"MAX_ENTRIES": 600},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "langue"

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_DIR = env.text("CELERY_BROKER_DIR", "") if not REDIS_URL else ""
if not (REDIS_URL or CELERY_BROKER_DIR):
    raise ImproperlyConfigured(
        "La variable REDIS_URL manque (ou CELERY_BROKER_DIR, pour une petite machine sans Redis)."
    )

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("BP_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("BP_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("BP_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.secret("BP_SMTP_PASSWORD", least=1) if EMAIL_HOST_USER else ""
EMAIL_USE_TLS = env.flag("BP_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("BP_MAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# How many reverse proxies of ours stand before the site: limits count the address that the outermost one saw.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.number("BP_PROXIES", 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
X_FRAME_OPTIONS = "DENY"
IS_DEMO = False
# A tile server behind the drawn map, if the town has one: « https://tuiles.ville.example/{z}/{x}/{y}.png ». Without it
# nothing is asked of anybody; with it, visitors' browsers ask that server, and its licence is shown.
BP_TILE_URL = env.text("BP_TILE_URL", "")
BP_TILE_ATTRIBUTION = env.text("BP_TILE_ATTRIBUTION", "")
if BP_TILE_URL and not (BP_TILE_URL.startswith("https://") and BP_TILE_ATTRIBUTION):
    raise ImproperlyConfigured(
        "La variable BP_TILE_URL commence par https:// et demande BP_TILE_ATTRIBUTION, la mention de sa licence."
    )
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [
            SELF,
            "data:",
            *([urlsplit(BP_TILE_URL)._replace(path="", query="").geturl()] if BP_TILE_URL else []),
        ],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "bp_platform.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("BP_LOG_LEVEL", "INFO")},
    "loggers": {
        # A broker in a folder has no host, and kombu says so at each start.
        "kombu.connection": {"level": "ERROR"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
# Bodies of posts never reach an error report: a ballot or a letter may be in them.
DEFAULT_EXCEPTION_REPORTER_FILTER = "bp_platform.core.logs.NoBodyReporterFilter"

# Secrets of the vote: files (or environment), none derived from SECRET_KEY, none in the database.
BP_RECEIPT_SEED = env.secret("BP_RECEIPT_SEED", least=64)
BP_REVIEW_KEY = env.secret("BP_REVIEW_KEY", least=64)
BP_CODE_PEPPER = env.secret("BP_CODE_PEPPER", least=64)
# Keys of practice votes, made on this machine; a binding vote has none here.
BP_PRACTICE_KEYS_DIR = Path(env.text("BP_PRACTICE_KEYS_DIR", str(MEDIA_ROOT.parent / "poll-keys")))
