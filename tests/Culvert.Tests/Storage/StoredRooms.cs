using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>Puts rooms into a store: <c>room1</c> with the id 1, and so on.</summary>
internal static class StoredRooms
{
    public static async Task AddAsync(IRoomStore store, int count)
    {
        for (var id = 1; id <= count; id++)
        {
            var room = new RoomRecord
            {
                Id = id,
                Name = $"room{id}",
                NameKey = $"room{id}",
                Kind = RoomKind.Public,
                Epoch = "first",
                CreatorId = TestUsers.Owner,
                CreatedAt = 1,
            };
            Assert.True(await store.CreateRoomAsync(room, TestContext.Current.CancellationToken));
        }
    }
}
