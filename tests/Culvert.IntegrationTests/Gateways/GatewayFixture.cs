using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>A server with one route to a back end of each library: /websockets, /aiohttp and /ws.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private readonly Dictionary<string, BackEndProcess> _backEnds = [];
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

        _server = await CulvertProcess.StartAsync(
            [.. _backEnds.SelectMany(b => new[] { "--pipe", $"/{b.Key}={b.Value.Target}" })]);
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
    }

    /// <summary>The back end behind a route.</summary>
    internal BackEndProcess BackEnd(string library) => _backEnds[library];
}
