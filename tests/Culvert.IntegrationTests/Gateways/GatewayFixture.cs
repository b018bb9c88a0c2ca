using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>
/// A server with a back end of each library, at /websockets, /aiohttp and /ws. At the same paths with -client, -backEnd
/// and -both it compresses by itself, on that side.
/// </summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private readonly Dictionary<string, BackEndProcess> _backEnds = [];
    private readonly TestDirectory _directory = new();
    private CulvertProcess? _server;

    /// <summary>The server.</summary>
    internal CulvertProcess Server => _server ?? throw new InvalidOperationException("the server did not start");

    /// <summary>Starts everything.</summary>
    public async ValueTask InitializeAsync()
    {
        string[] programs =
            ["gateway_backend_websockets.py", "gateway_backend_aiohttp.py", "gateway_backend_ws.js"];
        var started = await Task.WhenAll(programs.Select(program => BackEndProcess.StartAsync(program)));
        foreach (var (program, backEnd) in programs.Zip(started))
        {
            _backEnds.Add(Path.GetFileNameWithoutExtension(program).Split('_')[^1], backEnd);
        }

        var configuration = _directory.File("culvert.json");
        var routes = string.Join(", ", _backEnds.SelectMany(b => Routes(b.Key, b.Value.Target)));
        await File.WriteAllTextAsync(configuration, $$"""{ "pipes": { {{routes}} } }""", Bounded.Cancelled);
        _server = await CulvertProcess.StartOnAsync(_directory.File("data"), "--config", configuration);
    }

    /// <summary>Ends everything; fails when the server logged a stack trace.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var backEnd in _backEnds.Values)
        {
            await backEnd.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>The back end behind a route.</summary>
    internal BackEndProcess BackEnd(string library) => _backEnds[library];

    private static IEnumerable<string> Routes(string library, string target) =>
    [
        $"\"/{library}\": \"{target}\"",
        .. from side in (string[])["client", "backEnd", "both"]
           select $$"""
               "/{{library}}-{{side}}": { "targets": ["{{target}}"], "mode": "messages", "compress": "{{side}}" }
               """,
    ];
}
