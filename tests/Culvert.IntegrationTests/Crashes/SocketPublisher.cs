using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>Keeps several publishes in flight on a WebSocket; after a crash sends again what had no answer.</summary>
internal sealed class SocketPublisher(string name, ServerSlot slot, AckBook book) : CrashPublisher(name, slot, book)
{
    private const int Window = 8;

    private readonly SortedSet<int> _unanswered = [];
    private int _next;

    public override async Task RunAsync()
    {
        var seen = 0;
        while (!IsStopping || _unanswered.Count > 0)
        {
            var (server, current) = await Slot.AfterAsync(seen).Within(60);
            try
            {
                if (await PublishAsync(server))
                {
                    return;
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException)
            {
                // The crash that this is about.
            }

            Book.Retried(_unanswered.Count);
            seen = current;
        }
    }

    /// <summary>True when all is acknowledged and no more is wanted; false when the server ended it.</summary>
    private async Task<bool> PublishAsync(CulvertProcess server)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {server.Token}");
        await socket.ConnectAsync(server.WebSocketAddress("/v1/ws"), Bounded.Cancelled).Within(30);
        foreach (var number in _unanswered)
        {
            await SendAsync(socket, number);
        }

        var buffer = new byte[16 * 1024];
        while (true)
        {
            while (!IsStopping && _unanswered.Count < Window)
            {
                _unanswered.Add(_next);
                await SendAsync(socket, _next++);
            }

            if (_unanswered.Count == 0)
            {
                return true;
            }

            var text = new StringBuilder();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), Bounded.Cancelled).Within(30);
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            foreach (var line in text.ToString().Split('\n'))
            {
                Hear(JsonDocument.Parse(line).RootElement);
            }
        }
    }

    private async Task SendAsync(ClientWebSocket socket, int number)
    {
        Slot.Sending();
        var command =
            $$"""{"id":{{number}},"op":"pub","room":"{{Room}}","key":"{{KeyOf(number)}}","data":{{DataOf(number)}}}""";
        await socket
            .SendAsync(Encoding.UTF8.GetBytes(command).AsMemory(), WebSocketMessageType.Text, true, Bounded.Cancelled)
            .Within(30);
    }

    private void Hear(JsonElement line)
    {
        if (!line.TryGetProperty("re", out var re))
        {
            return;
        }

        Assert.True(line.TryGetProperty("ok", out var ok), $"{Name}: {line}");
        var number = re.GetInt32();
        Assert.True(_unanswered.Remove(number), $"{KeyOf(number)} was answered twice");
        Book.Add(KeyOf(number), Ack.Of(ok));
    }
}
