using System.IO.Pipelines;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Connections;

/// <summary>
/// A WebSocket after its handshake: where its bytes come from and go to, and how it ends. Over HTTP/1.1 on a plain
/// socket the bytes bypass the HTTP server; over TLS or HTTP/2 (RFC 8441) they pass through its streams.
/// </summary>
internal sealed class WebSocketConnection
{
    /// <summary>How long a peer may take to answer a Close or to end its side.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly DirectConnection? _direct;
    private readonly TimeProvider _time;
    private HttpContext? _context;

    private WebSocketConnection(HttpContext context, DirectConnection direct, TimeProvider time)
    {
        _context = context;
        _input = direct.Input;
        _direct = direct;
        _time = time;
        _output = direct.Output;
        Outlet = new DirectOutlet(direct.Output);
    }

    private WebSocketConnection(HttpContext context, Stream stream, TimeProvider time)
    {
        _context = context;
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 4096, useZeroByteReads: true));
        _time = time;
        _output = PipeWriter.Create(stream);
        Outlet = new PipeOutlet(_output);
    }

    /// <summary>For a writer loop; exclusive with <see cref="Output"/>.</summary>
    public Outlet Outlet { get; }

    /// <summary>For a transport that writes by itself; exclusive with <see cref="Outlet"/>.</summary>
    public PipeWriter Output => _output;

    /// <summary>For a transport that reads by itself, and then not with <see cref="ReceiveAsync"/>.</summary>
    public PipeReader Input => _input;

    /// <summary>Answers an accepted handshake and takes the connection over.</summary>
    public static async Task<WebSocketConnection> AcceptAsync(
        HttpContext context, HandshakeResult accepted, TimeProvider time)
    {
        foreach (var (name, value) in accepted.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } extended)
        {
            return new WebSocketConnection(context, await extended.AcceptAsync(), time);
        }

        var upgraded = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return context.Features.Get<DirectConnection>() is { } direct
            ? new WebSocketConnection(context, direct, time)
            : new WebSocketConnection(context, upgraded, time);
    }

    /// <summary>Runs the session as <see cref="Upgrade.RunAsync"/> does. Nothing of this is used before.</summary>
    public Task RunAsync(HttpContext context, Func<Task> session)
    {
        if (_direct is { Owner: not null })
        {
            _context = null;
        }

        return Upgrade.RunAsync(context, session);
    }

    /// <summary>
    /// Hands what arrives to the receiver, in order, until the peer closes, breaks a rule or is gone. Control frames
    /// too: the receiver answers pings. Never throws for what a peer does.
    /// </summary>
    /// <returns>The Close or Failure that ended it, or an event without a kind when the transport ended.</returns>
    public async Task<WebSocketEvent> ReceiveAsync(WebSocketReader reader, IWebSocketReceiver receiver)
    {
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(_context?.RequestAborted ?? CancellationToken.None);
                var buffer = result.Buffer;
                while (reader.TryRead(ref buffer, out var received))
                {
                    if (received.Kind is WebSocketEventKind.Close or WebSocketEventKind.Failure)
                    {
                        _input.AdvanceTo(result.Buffer.End);
                        return received;
                    }

                    if (!await receiver.ReceiveAsync(received))
                    {
                        _input.AdvanceTo(result.Buffer.End);
                        return default;
                    }
                }

                _input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled)
                {
                    return default;
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return default;
        }
    }

    /// <summary>
    /// Ends the connection after the last frame was sent: says that nothing more comes, and waits a little for the
    /// peer's end, so that no reset destroys the Close on its way. The server ends TCP first (RFC 6455 §7.1.1).
    /// </summary>
    /// <param name="reading">The receive loop, which may still wait for the peer's Close.</param>
    public async Task EndAsync(Task reading)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, _time);
        try
        {
            await EndOutputAsync().WaitAsync(timeout.Token);
            await reading.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _input.CancelPendingRead();
            await reading;
        }

        try
        {
            while (true)
            {
                var result = await _input.ReadAsync(timeout.Token);
                _input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Nobody is left to be waited for.
        }
    }

    /// <summary>Ends <see cref="ReceiveAsync"/> as if the transport had ended; sending is still possible.</summary>
    public void StopReading() => _input.CancelPendingRead();

    /// <summary>Breaks the connection. What is under way ends soon.</summary>
    public void Abort()
    {
        if (_context is { } context)
        {
            context.Abort();
        }
        else
        {
            _direct?.Owner?.Close();
        }
    }

    private async Task EndOutputAsync()
    {
        if (_direct is not null)
        {
            _direct.Output.ShutdownSend();
            return;
        }

        try
        {
            if (Outlet is PipeOutlet pipe)
            {
                await pipe.Quiet;
            }

            if (_context is { } context)
            {
                await context.Response.CompleteAsync();
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The peer has gone already.
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is IOException or OperationCanceledException or InvalidOperationException;
}
