"""Which command prints which document with `--json`: the list that the schemas, their page and the tests are made of.

Every document begins with `"format": 1`. Within that number fields are only added; nothing is removed, renamed, given
another type or another meaning. The producers are held to these types by mypy, and the schemas are made from them.
"""

from typing import get_args

from gpu_inspector.cli import documents_audit as audits
from gpu_inspector.cli import documents_batch as batches
from gpu_inspector.cli import documents_cards as cards
from gpu_inspector.cli import documents_ledger as ledger
from gpu_inspector.cli import documents_lots as lots
from gpu_inspector.cli import documents_program as program
from gpu_inspector.cli import documents_registry as registry
from gpu_inspector.cli import documents_reports as reports

Document = (
    cards.InspectedDocument
    | cards.ReviewedDocument
    | cards.ReviewedLine
    | cards.UnreadLine
    | batches.BatchLine
    | batches.BatchUnreadLine
    | batches.BatchEnd
    | audits.AuditLine
    | audits.AuditGapLine
    | audits.AuditEnd
    | cards.ListDocument
    | cards.ClassDocument
    | cards.ImagesDocument
    | cards.ChecklistDocument
    | ledger.HistoryDocument
    | ledger.BackupDocument
    | ledger.RestoreDocument
    | ledger.VerifiedLedger
    | ledger.CheckpointDocument
    | ledger.CheckedProof
    | ledger.CustodyDocument
    | ledger.ExportDocument
    | ledger.AlteredExport
    | ledger.SoundExport
    | ledger.RejudgedDocument
    | ledger.SupersededDocument
    | lots.LotDocument
    | lots.AddedToLot
    | lots.SummedLot
    | lots.LotsDocument
    | lots.LotSummaryDocument
    | lots.WatchListsDocument
    | lots.ImportedList
    | lots.ExportedList
    | lots.RemovedDocument
    | reports.ReportDocument
    | reports.UpgradeDocument
    | reports.CountersignedDocument
    | reports.VerifiedDocument
    | reports.KeyDocument
    | reports.KeyFileDocument
    | reports.TagDocument
    | program.ProductsDocument
    | program.ChecksDocument
    | program.SimulationsDocument
    | program.DoctorDocument
    | program.BundleDocument
    | program.SelfTestDocument
    | program.ControlCardDocument
    | program.DataListDocument
    | program.DataDocument
    | program.DataInUse
    | program.DataWritten
    | program.PolicyDocument
    | registry.RegistryDocument
    | registry.PushedDocument
    | registry.StatusDocument
    | registry.AcceptedDocument
    | registry.OfficesDocument
    | registry.RegistryKeyDocument
    | registry.VerifiedRegistry
    | registry.SearchedDocument
    | registry.PulledDocument
    | registry.RestoredRows
    | registry.PutWatchList
    | registry.RegistryWatchLists
    | registry.PulledWatchLists
)
"""Whatever `printing.write_json` prints."""

ALL: tuple[type, ...] = get_args(Document)

PRINTED: dict[str, tuple[type, ...]] = {
    "list": (cards.ListDocument,),
    "inspect": (cards.InspectedDocument,),
    "judge": (cards.ReviewedDocument, cards.ReviewedLine, cards.UnreadLine),
    "batch": (batches.BatchLine, batches.BatchUnreadLine, batches.BatchEnd),
    "watch": (batches.BatchLine, batches.BatchUnreadLine, batches.BatchEnd),
    "audit": (audits.AuditLine, audits.AuditGapLine, audits.AuditEnd),
    "export-class": (cards.ClassDocument,),
    "vbios": (cards.ImagesDocument,),
    "checklist": (cards.ChecklistDocument,),
    "verify": (reports.VerifiedDocument,),
    "report write": (reports.ReportDocument,),
    "report upgrade": (reports.UpgradeDocument,),
    "report countersign": (reports.CountersignedDocument,),
    "tag": (reports.TagDocument,),
    "key new": (reports.KeyDocument, reports.KeyFileDocument),
    "key show": (reports.KeyDocument,),
    "key export": (reports.KeyFileDocument,),
    "key import": (reports.KeyDocument,),
    "key use": (reports.KeyDocument,),
    "history": (ledger.HistoryDocument, registry.SearchedDocument),
    "ledger verify": (ledger.VerifiedLedger,),
    "ledger checkpoint": (ledger.CheckpointDocument,),
    "ledger check-proof": (ledger.CheckedProof,),
    "ledger custody": (ledger.CustodyDocument,),
    "ledger backup": (ledger.BackupDocument,),
    "ledger restore": (ledger.RestoreDocument,),
    "ledger export": (ledger.ExportDocument,),
    "ledger check-export": (ledger.SoundExport, ledger.AlteredExport),
    "ledger rejudge": (ledger.RejudgedDocument, ledger.SupersededDocument),
    "lot new": (lots.SummedLot, lots.AddedToLot),
    "lot add": (lots.AddedToLot,),
    "lot status": (lots.LotDocument, lots.LotsDocument),
    "lot report": (lots.LotSummaryDocument,),
    "watchlist list": (lots.WatchListsDocument,),
    "watchlist export": (lots.ExportedList,),
    "watchlist import": (lots.ImportedList,),
    "watchlist remove": (lots.RemovedDocument,),
    "products": (program.ProductsDocument,),
    "checks": (program.ChecksDocument,),
    "simulations": (program.SimulationsDocument,),
    "doctor": (program.DoctorDocument, program.BundleDocument),
    "selftest": (program.SelfTestDocument,),
    "control-card show": (program.ControlCardDocument,),
    "data list": (program.DataListDocument,),
    "data show": (program.DataDocument,),
    "data install": (program.DataInUse,),
    "data use": (program.DataInUse,),
    "data write": (program.DataWritten,),
    "data remove": (lots.RemovedDocument,),
    "policy show": (program.PolicyDocument,),
    "policy check": (program.PolicyDocument,),
    "policy install": (program.PolicyDocument,),
    "policy write": (program.PolicyDocument,),
    "policy remove": (lots.RemovedDocument,),
    "registry init": (registry.RegistryDocument,),
    "registry push": (registry.PushedDocument,),
    "registry status": (registry.StatusDocument,),
    "registry accept": (registry.AcceptedDocument,),
    "registry search": (registry.SearchedDocument,),
    "registry pull": (registry.PulledDocument,),
    "registry restore": (registry.RestoredRows,),
    "registry verify": (registry.VerifiedRegistry,),
    "registry watch push": (registry.PutWatchList,),
    "registry watch list": (registry.RegistryWatchLists,),
    "registry watch pull": (registry.PulledWatchLists,),
    "registry office add": (registry.OfficesDocument,),
    "registry office list": (registry.OfficesDocument,),
    "registry key new": (registry.RegistryKeyDocument,),
    "registry key import": (registry.RegistryKeyDocument,),
    "registry key export": (registry.RegistryKeyDocument,),
    "registry key show": (registry.RegistryKeyDocument,),
}
"""A command -> what it prints with `--json`, one of these; `judge FOLDER` and `batch` print one a line."""
