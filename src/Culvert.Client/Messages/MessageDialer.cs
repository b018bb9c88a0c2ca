using Culvert.Client.Connecting;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>Opens the connections of one client, the first and those after a loss. One call at a time.</summary>
internal sealed class MessageDialer(Uri address, MessageClientOptions options, ReceiveQueue queue)
{
    private bool _wasOpen;

    /// <summary>What the server said when the last one was opened.</summary>
    public OpenedWebSocket? Opened { get; private set; }

    public ReconnectOptions? Reconnect => options.Reconnect;

    public TimeProvider Time => options.TimeProvider;

    /// <summary>Opens one.</summary>
    /// <exception cref="ConnectFailedException">It failed.</exception>
    public async Task<MessageConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var attempt = new ConnectAttempt(!_wasOpen, options);
        if (Reconnect?.OnConnecting is { } prepare)
        {
            await prepare(attempt, cancellationToken).ConfigureAwait(false);
        }

        var settings = options with { Token = attempt.Token, Headers = attempt.Headers };
        var opening = new WebSocketOpening(address, settings, options.Deflate);
        var opened = await opening.RunAsync(cancellationToken).ConfigureAwait(false);
        Opened = opened;
        var connection = new MessageConnection(
            opened.Stream, WebSocketRole.Client, opened.Deflate, options.Limits, Time, queue);
        connection.Start(opened.Early);
        try
        {
            if (Reconnect?.OnConnected is { } greet)
            {
                await greet(new Preamble(connection, !_wasOpen), cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await connection.CloseAsync(CloseCode.InternalError, "").ConfigureAwait(false);
            throw;
        }

        _wasOpen = true;
        return connection;
    }

    /// <summary>Whether another attempt makes sense after this end.</summary>
    public bool ComesBackAfter(CloseInfo lost) =>
        Reconnect is not null
        && (lost.Code == CloseCode.Abnormal || (lost.By != CloseSide.Local && lost.Code is CloseCode.GoingAway
            or CloseCode.InternalError or CloseCode.ServiceRestart or CloseCode.TryAgainLater or CloseCode.BadGateway));

    /// <summary>Tries until there is a connection; null when there will be none.</summary>
    public async Task<MessageConnection?> ReopenAsync(CancellationToken cancellationToken)
    {
        var rules = Reconnect ?? new ReconnectOptions();
        var backoff = new Backoff(rules.Random);
        var lostAt = Time.GetTimestamp();
        while (true)
        {
            var delay = backoff.Next(null);
            if (rules.GiveUpAfter >= TimeSpan.Zero && Time.GetElapsedTime(lostAt) + delay > rules.GiveUpAfter)
            {
                return null;
            }

            try
            {
                await Task.Delay(delay, Time, cancellationToken).ConfigureAwait(false);
                return await OpenAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ConnectFailedException { MayPass: true } or ConnectionClosedException)
            {
                // Again, after a longer delay.
            }
            catch (Exception)
            {
                // The server says no, the program's own hook failed, or the client was closed: there is no way back,
                // and whoever receives learns how the connection was lost.
                return null;
            }
        }
    }
}
