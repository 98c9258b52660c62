from bot.adapters.store.connections import StoreRefused
from bot.adapters.store.records import Stale
from bot.adapters.store.store import Store, Transaction

__all__ = ["Stale", "Store", "StoreRefused", "Transaction"]
