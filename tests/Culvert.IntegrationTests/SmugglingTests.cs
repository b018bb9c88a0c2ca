using System.Net;
using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>No request hides in the body of another one.</summary>
public sealed class SmugglingTests(RefusingServer server) : IClassFixture<RefusingServer>
{
    private readonly CulvertProcess _server = server.Process;

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    [InlineData(ConnectionKind.Pipelined)]
    public async Task A_request_in_a_doubtful_body_gets_no_answer(ConnectionKind kind)
    {
        var requests = Smuggling.Heads.Concat(Smuggling.Bodies).ToList();
        List<string> failures = [];

        foreach (var request in requests)
        {
            var wrong = await Exchange.FaultAsync(
                _server, request with { Closes = true, SaysClose = false, Part = "" }, kind);
            if (wrong is not null)
            {
                failures.Add($"{request.Shown}\n  {wrong}");
            }
        }

        Bounded.Print($"{requests.Count} requests, {failures.Count} failed");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task Good_bodies_in_any_cut_are_taken_and_the_next_request_is_answered(ConnectionKind kind)
    {
        const string Json = "{\"data\":\"GET /smuggled.txt HTTP/1.1\"}";
        var chunked = $"1;a=\"b c\"\r\n{Json[0]}\r\n{Json.Length - 1:X8}\r\n{Json[1..]}\r\n0\r\nX: y\r\n\r\n";
        string[] requests =
        [
            BadRequest.Publish($"Content-Length: {Json.Length}", Json),
            BadRequest.Publish("Transfer-Encoding: chunked", chunked),
            BadRequest.Publish("transfer-encoding: \tCHUNKED ", chunked),
        ];

        foreach (var request in requests)
        {
            foreach (var piece in (int[])[int.MaxValue, 7, 1])
            {
                var bytes = new BadRequest(request + BadRequest.Get(Site.Page), 201).Bytes(_server.Token);
                var first = Math.Min(piece, bytes.Length);
                var (connection, answers) = await Exchange.OpenAsync(_server, kind, bytes[..first]);
                using (connection)
                {
                    foreach (var part in bytes[first..].Chunk(piece))
                    {
                        await connection.SendAsync(part);
                    }

                    Assert.Equal(201, (await answers.MustReadAsync()).Status);
                    Assert.Equal(Site.PageText, (await answers.MustReadAsync()).Text);
                }
            }
        }
    }

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task A_body_that_waits_for_100_is_asked_for_where_it_is_wanted(ConnectionKind kind)
    {
        var head = new BadRequest(BadRequest.Publish("Expect: 100-continue\r\nContent-Length: 10"), 201);
        var (connection, answers) = await Exchange.OpenAsync(_server, kind, head.Bytes(_server.Token));
        using (connection)
        {
            Assert.Equal(100, (await answers.MustReadAsync()).Status);
            await connection.SendAsync("{\"data\":1}");
            Assert.Equal(201, (await answers.MustReadAsync()).Status);
            await connection.SendAsync(BadRequest.Get(Site.Page));
            Assert.Equal(Site.PageText, (await answers.MustReadAsync()).Text);
        }
    }

    [Fact]
    public async Task A_broken_body_publishes_nothing()
    {
        var before = (await _server.Owner.ReadLogAsync("lobby")).Count;

        foreach (var request in Smuggling.Bodies)
        {
            await Exchange.FaultAsync(_server, request, ConnectionKind.Fresh);
        }

        var (status, _) = await _server.Owner.PublishAsync("lobby", "1");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(before + 1, (await _server.Owner.ReadLogAsync("lobby")).Count);
    }
}
