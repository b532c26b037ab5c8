"""What may be refused about a complaint, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.errors import ServiceError
from workflows.decision import ActionRefused, FieldError, Refusal


class ComplaintError(ServiceError):
    """A command on a complaint was refused; nothing was changed. Codes:

    those of `workflows.decision.Refusal` (`not_allowed`, `wrong_stage`, `bad_input`, `reason_required`,
    `too_late`), `not_found`, `idempotency_mismatch`, `draft_gone`, `file_gone`, `no_procedure`,
    `not_released`, `bad_contact`.
    """


class ComplaintConflict(ComplaintError):
    """Somebody else acted on the complaint since the page was opened. Code `conflict`.

    `who`, `what` and `current_version` tell what happened meanwhile, for the page that shows it.
    """

    def __init__(self, *, who: str, what: str, current_version: int) -> None:
        self.who = who
        self.what = what
        self.current_version = current_version
        super().__init__(
            "conflict",
            _(
                "Aduan ini sudah berubah sejak halaman Anda dibuka: %(who)s melakukan “%(what)s”. "
                "Periksa keadaan terbarunya, lalu ulangi langkah Anda bila masih perlu. "
                "Isian Anda tidak hilang."
            )
            % {"who": who, "what": what},
        )


REFUSALS: Mapping[Refusal, Promise] = {
    Refusal.NOT_ALLOWED: _(
        "Langkah ini bukan tugas Anda pada tahap ini. Lihat langkah yang tersedia pada halaman aduan."
    ),
    Refusal.WRONG_STAGE: _(
        "Langkah ini tidak tersedia pada tahap aduan sekarang. "
        "Muat ulang halaman untuk melihat keadaan terbarunya."
    ),
    Refusal.BAD_INPUT: _("Ada isian yang belum lengkap atau keliru. Perbaiki isian yang ditandai."),
    Refusal.REASON_REQUIRED: _("Langkah ini memerlukan alasan. Tuliskan alasannya."),
    Refusal.UNFINISHED_LINE: _(
        "Langkah ini menunggu pekerjaan lain pada aduan ini selesai dahulu. Lihat tugas yang masih terbuka."
    ),
    Refusal.FOUR_EYES: _(
        "Langkah ini harus dilakukan orang lain, bukan yang melakukan langkah sebelumnya."
        " Minta rekan Anda untuk melanjutkan."
    ),
    Refusal.TOO_LATE: _(
        "Langkah ini tidak dapat dilakukan lagi: waktunya sudah lewat atau sudah ditindaklanjuti."
    ),
}

FIELD_ERRORS: Mapping[FieldError, Promise] = {
    FieldError.REQUIRED: _("Wajib diisi."),
    FieldError.TOO_SHORT: _("Terlalu pendek. Tuliskan lebih lengkap."),
    FieldError.TOO_LONG: _("Terlalu panjang. Ringkas isinya."),
    FieldError.NOT_A_CHOICE: _("Pilih salah satu pilihan yang tersedia."),
    FieldError.WRONG_TYPE: _("Isian ini keliru bentuknya."),
    FieldError.UNKNOWN: _("Tidak dikenal di instansi ini. Pilih dari daftar."),
    FieldError.NOT_SELECTABLE: _("Pilih kategori yang lebih rinci dari daftar."),
    FieldError.NOT_CONFIRMED: _("Perlu dicentang sebelum melanjutkan."),
    FieldError.TOO_MANY: _("Terlalu banyak. Kurangi jumlahnya."),
    FieldError.NOT_ANONYMOUS: _(
        "Instansi ini tidak menerima laporan tanpa nama. Anda dapat meminta nama dirahasiakan."
    ),
    FieldError.NOT_CONFIDENTIAL: _("Instansi ini tidak menyediakan pilihan nama dirahasiakan."),
    FieldError.NOT_ASKED: _("Pertanyaan ini tidak diajukan untuk kategori itu. Periksa daftar kategori."),
    FieldError.NEEDS_ONE_OF: _("Isi alamat surel atau nomor telepon, paling sedikit salah satu."),
}


def field_messages(fields: Mapping[str, FieldError]) -> dict[str, str | Promise]:
    """The engine's field errors in words."""
    return {name: FIELD_ERRORS[error] for name, error in fields.items()}


def from_refusal(refused: ActionRefused) -> ComplaintError:
    """The engine's refusal in words."""
    return ComplaintError(refused.code.value, REFUSALS[refused.code], field_messages(refused.fields))


def not_recorder() -> ComplaintError:
    """The procedure names others for entering complaints on somebody's behalf."""
    return ComplaintError(
        "not_allowed",
        _("Menurut SOP, aduan atas nama pelapor dimasukkan petugas lain. Minta petugas itu mencatatnya."),
    )


def not_found() -> ComplaintError:
    """The same words whether the complaint does not exist or is not this person's to see."""
    return ComplaintError("not_found", _("Aduan tidak ditemukan. Periksa kembali nomor atau alamatnya."))
