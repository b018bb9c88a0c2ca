using System.Net;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>The limits of docs/protocol.md, at their edges, over HTTP.</summary>
public sealed class PublishLimitTests
{
    private const int MaxMessageBytes = 65_536;
    private const int MaxBatch = 1000;

    [Theory]
    [InlineData(MaxMessageBytes, HttpStatusCode.Created)]
    [InlineData(MaxMessageBytes + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_largest_message_is_accepted_and_a_larger_one_refused(int bytes, HttpStatusCode expected)
    {
        await using var server = await CulvertProcess.StartAsync();
        var data = $"\"{new string('x', bytes - 2)}\"";

        var (status, body) = await server.Owner.PublishAsync("lobby", data);

        Assert.True(status == expected, $"{(int)status} {body}");
        Assert.Equal(expected == HttpStatusCode.Created ? 1 : 0, (await server.Owner.ReadLogAsync("lobby")).Count);
    }

    [Theory]
    [InlineData(MaxBatch, HttpStatusCode.Created)]
    [InlineData(MaxBatch + 1, HttpStatusCode.BadRequest)]
    public async Task The_largest_batch_is_accepted_and_a_larger_one_refused_as_a_whole(
        int count, HttpStatusCode expected)
    {
        await using var server = await CulvertProcess.StartAsync();
        var key = new string('k', 100);
        var items = Enumerable.Range(0, count).Select(i => $$"""{"data":{{i}},"key":"{{key}}{{i}}"}""");

        var (status, body) = await server.Owner.CallAsync(
            HttpMethod.Post, "/v1/rooms/lobby/messages", $"[{string.Join(',', items)}]");

        Assert.True(status == expected, $"{(int)status} {body}");
        Assert.Equal(
            expected == HttpStatusCode.Created ? count : 0, (await server.Owner.ReadLogAsync("lobby")).Count);
    }
}
