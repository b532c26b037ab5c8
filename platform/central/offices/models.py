"""Governments, their offices (an office is a tenant) and the host names that lead to them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

SUBDOMAIN = RegexValidator(
    r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    _("Pakai huruf kecil, angka, dan tanda hubung; paling banyak 63 karakter."),
)


HOST = RegexValidator(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    _("Tulis nama host tanpa skema dan port, misalnya pengaduan.contoh.go.id."),
)


class Government(models.Model):
    """A regional government: it owns offices and has a central desk."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("aktif")
        SUSPENDED = "suspended", _("ditangguhkan")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=150)
    subdomain = models.CharField(max_length=63, unique=True, validators=[SUBDOMAIN])
    region_code = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    direct_handover = models.BooleanField(
        default=False,
        db_default=False,
        help_text="An office may hand a complaint straight to the office that its routing names.",
    )
    bounce_limit = models.PositiveSmallIntegerField(
        default=2,
        db_default=2,
        help_text="How often a complaint may change offices before the central desk alone decides.",
    )
    desk_limit = models.CharField(
        max_length=20,
        default="1 WD",
        db_default="1 WD",
        help_text="Within which the central desk decides on what is handed up, such as 60 WM.",
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """One office: a PostgreSQL schema with a database role of its own."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("diminta")
        PROVISIONING = "provisioning", _("disiapkan")
        READY = "ready", _("siap")
        SUSPENDED = "suspended", _("ditangguhkan")
        FAILED = "failed", _("gagal disiapkan")
        REMOVED = "removed", _("dihapus")

    class Colour(models.TextChoices):
        TEAL = "teal", _("hijau toska")
        BLUE = "blue", _("biru")
        GREEN = "green", _("hijau")
        MAROON = "maroon", _("merah marun")
        PURPLE = "purple", _("ungu")
        BROWN = "brown", _("cokelat")
        NAVY = "navy", _("biru tua")
        SLATE = "slate", _("abu-abu")

    auto_drop_schema = (
        False  # django-tenants asks when a row is deleted; services.remove_office drops schemas
    )

    schema_name = models.CharField(max_length=63, unique=True)
    government = models.ForeignKey(Government, on_delete=models.PROTECT, related_name="offices")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=40, blank=True, help_text="Such as kecamatan, dinas, kalurahan.")
    region_code = models.CharField(max_length=20, blank=True)
    preset = models.CharField(max_length=40, blank=True, help_text="The preset that the office began with.")
    timezone = models.CharField(max_length=40, default="Asia/Jakarta")
    colour = models.CharField(max_length=12, choices=Colour, default=Colour.TEAL)
    logo = models.CharField(max_length=200, blank=True, help_text="Name of the logo in the file store.")
    address = models.CharField(max_length=250, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.REQUESTED)
    status_reason = models.CharField(max_length=250, blank=True)
    schema_version = models.CharField(
        max_length=64, blank=True, help_text="Digest of the tables' definition."
    )
    procedure_digest = models.CharField(
        max_length=64, blank=True, help_text="Of the procedure in force; empty without one."
    )
    cell = models.CharField(max_length=20, default="main")
    seed = models.JSONField(
        default=dict,
        blank=True,
        help_text="What the office's own apps were given to begin with; for another try.",
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        constraints = [
            # Central rows name an office together with its government: see coordination's migrations.
            models.UniqueConstraint(fields=["id", "government"], name="office_of_government")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def serves(self) -> bool:
        """Whether it works now. Its government is read with it."""
        return self.status == self.Status.READY and self.government.status == Government.Status.ACTIVE

    @property
    def logo_url(self) -> str:
        """Where browsers find the logo on the office's host, "" without one; it changes with the picture."""
        return f"/logo/{self.logo.rsplit('/', 1)[-1]}" if self.logo else ""


class OfficeTemplate(models.Model):
    """What an office's tables are, from one release on. The row with the highest id is the present one.

    An office is made of `ddl`; one of the version before becomes this version by `change`.
    """

    version = models.CharField(max_length=64, help_text="Digest of `ddl` and `append_only`.")
    previous = models.CharField(max_length=64, blank=True)
    ddl = models.JSONField(help_text="Statements with unqualified names, in order.")
    append_only = models.JSONField(default=list, help_text="Tables that an office may only add to.")
    change = models.JSONField(
        default=list, help_text="Steps, each {sql: [statements]} or {migration: [app, name]}."
    )
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.version[:12]


class Domain(models.Model):
    """A host name and what answers there. It names the cell too, so that offices can move between cells."""

    class Kind(models.TextChoices):
        PLATFORM = "platform", _("platform")
        GOVERNMENT = "government", _("pemerintah daerah")
        OFFICE = "office", _("instansi")

    host = models.CharField(
        max_length=253, unique=True, validators=[HOST], help_text="Lower case, without a port."
    )
    kind = models.CharField(max_length=12, choices=Kind)
    office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.CASCADE, related_name="domains"
    )
    government = models.ForeignKey(
        Government, null=True, blank=True, on_delete=models.CASCADE, related_name="domains"
    )
    is_primary = models.BooleanField(default=True)
    cell = models.CharField(max_length=20, default="main")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(kind="platform", office=None, government=None)
                    | models.Q(kind="government", office=None, government__isnull=False)
                    | models.Q(kind="office", office__isnull=False, government=None)
                ),
                name="domain_names_what_its_kind_says",
            )
        ]

    def __str__(self) -> str:
        return self.host


class GovernmentMember(models.Model):
    """A person's role at a government's central desk. One row a role; the role's code comes from the SOP."""

    ADMIN = "admin"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="government_roles"
    )
    government = models.ForeignKey(Government, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "government", "role"], name="government_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.government} / {self.role}"
