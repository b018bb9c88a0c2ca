using Culvert.Server.Rooms;
using Culvert.Tests.Conformance;

namespace Culvert.Tests.Storage;

public sealed class MemoryRoomStoreTests : RoomStoreConformance
{
    internal override Task<IRoomStore> CreateStoreAsync() => Task.FromResult<IRoomStore>(
        new MemoryRoomStore(static userId => TestUsers.NameOf(userId).ToArray()));

    internal override IAuditLog Audit => (IAuditLog)Store;

    internal override Task SetFullAsync(bool full)
    {
        ((MemoryRoomStore)Store).Fail = full
            ? static _ => new StoreException("The disk is full.", full: true, inner: null)
            : null;
        return Task.CompletedTask;
    }
}
