using System.Diagnostics;
using System.Globalization;
using Culvert.IntegrationTests.Gateways;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>A back end that ends while its clients are at work, and that comes back at the same port.</summary>
[Collection(AloneCollection.Name)]
public sealed class GatewayRestartTests
{
    private const string Program = "gateway_backend_websockets.py";
    private const string Gate = "/gate";
    private const int Clients = 20;
    private const int Echoes = 20;

    // A back end that is killed says nothing. One that is told to stop says that it goes away, and so does the gateway.
    [Theory]
    [InlineData(UnixSignal.Kill, 1011, "relay: backend closed")]
    [InlineData(UnixSignal.Terminate, 1001, "")]
    public async Task Clients_are_told_and_are_served_again_at_once(int signal, int code, string reason)
    {
        var port = FreePort.Find();
        await using var server = await CulvertProcess.StartAsync("--pipe", $"{Gate}=ws://127.0.0.1:{port}");
        var clients = Enumerable.Range(0, Clients)
            .Select(_ => new EchoingClient(server.Address, Gate))
            .ToList();
        var echoed = clients.ConvertAll(client => client.EchoesAsync(Echoes));
        var running = clients.ConvertAll(client => client.RunAsync());
        await WhileAsync(running, Task.WhenAll(clients.ConvertAll(client => client.RefusedAsync())));
        await using var first = await BackEndProcess.StartAsync(Program, port);
        await WhileAsync(running, Task.WhenAll(echoed));
        var handles = ProcessStatus.Handles(server.Id);

        var refused = clients.ConvertAll(client => client.RefusedAsync());
        await first.EndAsync(signal);
        await WhileAsync(running, Task.WhenAll(refused));
        echoed = clients.ConvertAll(client => client.EchoesAsync(1));
        await using var second = await BackEndProcess.StartAsync(Program, port);
        var up = Stopwatch.GetTimestamp();
        await WhileAsync(running, Task.WhenAll(echoed));
        var served = echoed.ConvertAll(echo => Stopwatch.GetElapsedTime(up, echo.Result).TotalMilliseconds);

        await WhileAsync(running, Task.WhenAll(clients.ConvertAll(client => client.EchoesAsync(Echoes))));
        Assert.Equal(handles, await ProcessStatus.SettledHandlesAsync(server.Id, handles));
        clients.ForEach(client => client.Stop());
        await Task.WhenAll(running).Within(20);
        await server.TerminateAsync();
        var refusals = clients.SelectMany(client => client.Refusals).CountBy(status => status).ToList();
        Bounded.Print(
            $"{Clients} clients, signal {signal.ToString(CultureInfo.InvariantCulture)}: served again "
            + $"{served.Order().ElementAt(Clients / 2):0} ms (median) and {served.Max():0} ms (last) after the back "
            + $"end listened; before it {string.Join(", ", refusals.Select(r => $"{r.Value} x {r.Key}"))}; "
            + $"{handles} handles before and after");
        Assert.All(clients, client => Assert.NotEmpty(client.Closes));
        Assert.All(clients.SelectMany(client => client.Closes), close => Assert.Equal((code, reason), close));
        Assert.InRange(served.Max(), double.MinValue, 1000);
        MustHaveLogged(server, clients.Sum(client => client.Sessions), refusals);
    }

    /// <summary>A client that fails ends the wait with its error.</summary>
    private static async Task WhileAsync(List<Task> running, Task awaited)
    {
        var first = await Task.WhenAny([.. running, awaited]).Within(60);
        await first;
        Assert.Same(awaited, first);
    }

    /// <summary>A line for each session and each refusal. While it stops, the back end itself says 503.</summary>
    private static void MustHaveLogged(CulvertProcess server, int sessions, List<KeyValuePair<int, int>> refusals)
    {
        var isOpened = server.Log.Lines
            .Where(line => line.Contains($"Pipe {Gate} to ", StringComparison.Ordinal))
            .ToLookup(line => !line.Contains("not opened", StringComparison.Ordinal));
        Assert.Equal(sessions, isOpened[true].Count());
        Assert.Equal(refusals.Sum(r => r.Value), isOpened[false].Count());
        Assert.All(refusals, refusal => Assert.Contains(refusal.Key, (int[])[502, 503]));
        Assert.Contains(refusals, refusal => refusal.Key == 502);
    }
}
