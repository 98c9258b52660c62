"""The permissions each method needs. The manifest asks for exactly these, and those of commands and events."""

from __future__ import annotations

#: All scopes of a method are needed: each is for one kind of conversation that Muster uses the method on.
SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.getPermalink": (),
    "chat.postMessage": ("chat:write", "chat:write.public"),
    "chat.update": ("chat:write",),
    "chat.scheduleMessage": ("chat:write",),
    "chat.deleteScheduledMessage": ("chat:write",),
    "chat.scheduledMessages.list": (),
    "conversations.create": ("channels:manage",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.invite": ("channels:manage",),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read",),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.setPurpose": ("channels:manage",),
    "conversations.setTopic": ("channels:manage",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "pins.add": ("pins:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "usergroups.users.update": ("usergroups:write",),
    "users.conversations": ("channels:read",),
    "users.info": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.update": (),
}
#: Of the app-level token, which the manifest does not list.
APP_SCOPES = {"apps.connections.open": ("connections:write",)}
