using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;
using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes;

/// <summary>Serves the paths that are joined to <c>echo:</c>.</summary>
internal sealed partial class PipeTransport(
    PipeOptions options, Draining draining, TimeProvider time, ILogger<PipeTransport> logger)
{
    private readonly WebSocketReaderOptions _plain = new() { MaxMessageBytes = options.MaxMessageBytes };
    private readonly WebSocketReaderOptions _deflated = new()
    {
        MaxMessageBytes = options.MaxMessageBytes,
        Deflate = true,
    };

    /// <summary>Handles an upgrade request to an <c>echo:</c> path.</summary>
    public async Task HandleEchoAsync(HttpContext context)
    {
        if (draining.IsDraining)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.Draining, null, TimeSpan.FromSeconds(2));
            return;
        }

        if (await Upgrade.AgreeAsync(context, new HandshakeOptions { Deflate = true }) is not { } handshake)
        {
            return;
        }

        var (path, deflates) = (context.Request.Path.ToString(), handshake.Deflate);
        var connection = await WebSocketConnection.AcceptAsync(context, handshake, time);
        await connection.RunAsync(context, () => EchoAsync(connection, path, deflates));
    }

    private async Task EchoAsync(WebSocketConnection connection, string path, bool deflates)
    {
        var started = time.GetTimestamp();
        var echo = new EchoPipe(connection.Output, deflates);
        using var reader = new WebSocketReader(deflates ? _deflated : _plain);
        var reading = connection.ReceiveAsync(reader, echo);
        var end = await WhichEndAsync(connection, reading);
        if (end.Answer is { } answer)
        {
            await echo.CloseAsync(answer);
        }

        await connection.EndAsync(reading);
        var milliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds;
        Log.Ended(logger, path, end.Code, end.Why, echo.Messages, milliseconds);
    }

    /// <summary>The peer's end, or ours when the server stops.</summary>
    private async Task<WebSocketEnd> WhichEndAsync(WebSocketConnection connection, Task<WebSocketEvent> reading)
    {
        await using var registered = draining.Token.UnsafeRegister(
            static state => ((WebSocketConnection)state!).StopReading(), connection);
        var last = await reading;
        return last.Kind == WebSocketEventKind.None && draining.IsDraining
            ? WebSocketEnd.Say(CloseCode.ServiceRestart, "restarting")
            : WebSocketEnd.Of(last, refusedWith: 0);
    }
}
