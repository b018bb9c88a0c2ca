using System.Net.WebSockets;
using Culvert.Client.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Client.Messages;

/// <summary>The client against the runtime's own WebSocket server.</summary>
public sealed class RuntimeServerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_understands_the_client_and_the_client_it(bool deflate)
    {
        await using var server = await StartAsync(deflate);
        var address = new Uri($"ws://{new Uri(server.Urls.Single()).Authority}/");
        var options = new MessageClientOptions { Deflate = deflate, Subprotocols = ["x", "echo"] };
        await using var client = await MessageClient.ConnectAsync(address, options, Pair.Cancelled);
        var random = new Random(11);

        foreach (var length in (int[])[0, 1, 125, 126, 70_000, 2_000_000])
        {
            var data = new byte[length];
            random.NextBytes(data.AsSpan(length / 2));
            await client.SendAsync(data, MessageKind.Binary, Pair.Cancelled);
            using var echo = await Pair.Within(client.ReceiveAsync(Pair.Cancelled).AsTask());
            Assert.True(echo.Data.Span.SequenceEqual(data), $"{length} bytes");
        }

        Assert.Equal("echo", client.Subprotocol);
        await client.SendAsync("bye", Pair.Cancelled);
        Assert.Equal(new CloseInfo(4001, "enough", CloseSide.Remote, true), await Pair.EndAsync(client));
    }

    private static async Task<WebApplication> StartAsync(bool deflate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseWebSockets();
        app.Run(context => EchoAsync(context, deflate));
        await app.StartAsync(Pair.Cancelled);
        return app;
    }

    private static async Task EchoAsync(HttpContext context, bool deflate)
    {
        var accept = new WebSocketAcceptContext { SubProtocol = "echo", DangerousEnableCompression = deflate };
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (received.MessageType == WebSocketMessageType.Text)
            {
                await socket.CloseAsync((WebSocketCloseStatus)4001, "enough", context.RequestAborted);
                return;
            }

            var piece = buffer.AsMemory(0, received.Count);
            await socket.SendAsync(piece, received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }
}
