using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>Requests with random damage: whatever comes back is an answer, and nobody else notices.</summary>
public sealed class BadInputFuzzTests(RefusingServer server) : IClassFixture<RefusingServer>
{
    private const int Requests = 2000;
    private const int AtOnce = 16;
    private const int Seed = 84;

    private readonly CulvertProcess _server = server.Process;

    [Fact]
    public async Task Damaged_requests_get_proper_answers_and_leave_the_server_as_it_was()
    {
        var faults = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(worker => Task.Run(() => RunAsync(worker))));

        var found = faults.SelectMany(f => f).ToList();
        Bounded.Print($"{Requests} requests from seed {Seed}, {found.Count} faults");
        Assert.True(found.Count == 0, $"seed {Seed}\n{string.Join('\n', found.Take(10))}");
        var request = new BadRequest(BadRequest.Get(Site.Page), 200);
        Assert.Null(await Exchange.FaultAsync(_server, request, ConnectionKind.Owned));
    }

    private async Task<List<string>> RunAsync(int worker)
    {
        var random = new Random(Seed + worker);
        List<string> faults = [];
        for (var i = worker; i < Requests; i += AtOnce)
        {
            var bytes = Mutation.Next(random, _server.Token);
            try
            {
                await SendAsync(bytes, (ConnectionKind)random.Next(3));
            }
            catch (Exception exception) when (
                exception is InvalidDataException or SocketException or TimeoutException)
            {
                faults.Add($"{new BadRequest(Encoding.Latin1.GetString(bytes), 0).Shown}\n  {exception.Message}");
            }
        }

        return faults;
    }

    /// <summary>Sends the request and its end, and reads every answer.</summary>
    private async Task SendAsync(byte[] bytes, ConnectionKind kind)
    {
        var (connection, answers) = await Exchange.OpenAsync(_server, kind, bytes);
        using (connection)
        {
            connection.EndSending();
            while (await answers.ReadAsync() is not null)
            {
                // Reading is the check.
            }
        }
    }
}
