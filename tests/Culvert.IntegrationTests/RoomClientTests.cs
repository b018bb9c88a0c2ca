using Culvert.Client;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.Protocol.Rooms;

namespace Culvert.IntegrationTests;

/// <summary>The client library's calls about rooms, against the real server.</summary>
public sealed class RoomClientTests
{
    [Fact]
    public async Task A_room_is_made_filled_paged_back_and_followed_from_a_page()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var client = new CulvertClient(server.Address, new CulvertClientOptions { Token = server.Token });
        var made = await client.CreateRoomAsync("den", "private", "Quiet", Bounded.Cancelled);
        var messages = Enumerable.Range(1, 5).Select(i => OutgoingMessage.FromText($"{i}")).ToList();
        await client.PublishAsync("den", messages, Bounded.Cancelled);

        var newest = await client.ReadPageAsync("den", limit: 3, cancellationToken: Bounded.Cancelled);
        var oldest = await client.ReadPageAsync("den", newest.Messages[0].Seq, 3, Bounded.Cancelled);
        await client.PublishAsync("den", "6", cancellationToken: Bounded.Cancelled);
        Assert.True(Since.TryParse(newest.Cursor, out var since));
        var later = client.Follow("den", since, new FollowOptions { Live = false });

        Assert.Equal(("den", "private", "Quiet"), (made.Name, made.Kind, made.Topic));
        Assert.Equal(["3", "4", "5"], newest.Messages.Select(m => m.ReadText()));
        Assert.Equal(["1", "2"], oldest.Messages.Select(m => m.ReadText()));
        Assert.Equal((5, true, false), (newest.LastSeq, newest.More, oldest.More));
        var lines = await later.Select(e => $"{e.Ev} {e.ReadText()}").ToListAsync(Bounded.Cancelled).Within(30);
        Assert.Equal(["msg 6", "ready "], lines);
    }

    [Fact]
    public async Task A_key_that_was_used_otherwise_is_named_and_the_others_stand()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var client = new CulvertClient(server.Address, new CulvertClientOptions { Token = server.Token });
        await client.PublishAsync("lobby", "first", key: "k", cancellationToken: Bounded.Cancelled);
        OutgoingMessage[] batch =
        [
            OutgoingMessage.FromText("second"), OutgoingMessage.FromText("other") with { Key = "k" },
        ];

        var e = await Assert.ThrowsAsync<CulvertProblemException>(
            () => client.PublishAsync("lobby", batch, Bounded.Cancelled));

        Assert.Equal("key_conflict", e.Code);
        Assert.StartsWith("message 2 of 2: ", e.Why);
        var log = await server.Owner.ReadLogAsync("lobby");
        Assert.Equal(["first", "second"], log.Select(EventLine.TextOf));
    }
}
