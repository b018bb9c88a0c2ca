using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

/// <summary>A page's connection: a WebSocket by cookie, read line by line.</summary>
internal sealed class LiveLines : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonObject> _lines = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    private LiveLines()
    {
    }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<LiveLines> OpenAsync(TestServer server, string cookie, string? room = null)
    {
        var address = new Uri(server.Server.Addresses[0]);
        var live = new LiveLines();
        live._socket.Options.SetRequestHeader("Cookie", $"culvert_session={cookie}");
        live._socket.Options.SetRequestHeader("Origin", address.GetLeftPart(UriPartial.Authority));
        using var patience = NewPatience();
        await live._socket.ConnectAsync(new Uri($"ws://{address.Authority}/v1/ws"), patience.Token);
        await live.ReadAsync("hello");
        if (room is not null)
        {
            await live.SendAsync($$"""{"id":1,"op":"sub","room":"{{room}}"}""");
            await live.ReadAsync("ready");
        }

        return live;
    }

    public async Task SendAsync(string line)
    {
        using var patience = NewPatience();
        await _socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, true, patience.Token);
    }

    /// <summary>The next line with this <c>ev</c>.</summary>
    public Task<JsonObject> ReadAsync(string ev) => ReadAsync(line => (string?)line["ev"] == ev);

    /// <summary>The answer to the command of this id.</summary>
    public Task<JsonObject> ReadReplyAsync(int id) => ReadAsync(line => (int?)line["re"] == id);

    public void Dispose() => _socket.Dispose();

    private async Task<JsonObject> ReadAsync(Func<JsonObject, bool> isWanted)
    {
        while (true)
        {
            while (_lines.TryDequeue(out var line))
            {
                if (isWanted(line))
                {
                    return line;
                }
            }

            await ReceiveAsync();
        }
    }

    private async Task ReceiveAsync()
    {
        using var patience = NewPatience();
        var text = new StringBuilder();
        ValueWebSocketReceiveResult result;
        do
        {
            result = await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
            Assert.NotEqual(WebSocketMessageType.Close, result.MessageType);
            text.Append(Encoding.UTF8.GetString(_buffer, 0, result.Count));
        }
        while (!result.EndOfMessage);

        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _lines.Enqueue(JsonNode.Parse(line)!.AsObject());
        }
    }

    private static CancellationTokenSource NewPatience()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source;
    }
}
