using System.Net.WebSockets;
using Culvert.Server.Hosting;

var options = new ConfigurationBuilder().AddCommandLine(args).Build();
if (args.Length % 2 != 0 || options.AsEnumerable().Any(option => option.Key is not ("host" or "port")))
{
    await Console.Error.WriteLineAsync("EchoGateway [--host 127.0.0.1] [--port 8080]");
    return args is ["--help"] ? 0 : 2;
}

// The back end: any WebSocket server will do. This one echoes, and ends when it is told "bye".
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
await using var backEnd = builder.Build();
backEnd.Urls.Add("http://127.0.0.1:0");
backEnd.UseWebSockets();
backEnd.Run(EchoAsync);
await backEnd.StartAsync();

// The gateway: each client of /gateway gets a connection of its own to the back end, and all that either side sends,
// its end included, crosses.
var data = Directory.CreateTempSubdirectory("echo-gateway-");
try
{
    KeyValuePair<string, string?>[] settings =
    [
        new("listen:0", $"http://{options["host"] ?? "127.0.0.1"}:{options["port"] ?? "8080"}"),
        new("data", data.FullName),
        new("pipes:/gateway", $"ws://{new Uri(backEnd.Urls.Single()).Authority}/"),
    ];
    return await ServerProcess.RunAsync(
        null, settings, new ServerHooks(), Console.Out, Console.Error, CancellationToken.None);
}
finally
{
    data.Delete(recursive: true);
}

static async Task EchoAsync(HttpContext context)
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    var buffer = new byte[64 * 1024];
    while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { } received
        && received.MessageType != WebSocketMessageType.Close)
    {
        var piece = buffer.AsMemory(0, received.Count);
        if (piece.Span.SequenceEqual("bye"u8))
        {
            await socket.CloseAsync((WebSocketCloseStatus)4001, "enough", context.RequestAborted);
            return;
        }

        await socket.SendAsync(piece, received.MessageType, received.EndOfMessage, context.RequestAborted);
    }

    await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.Empty, socket.CloseStatusDescription, default);
}
