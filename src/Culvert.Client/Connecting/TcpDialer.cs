using System.Net;
using System.Net.Sockets;

namespace Culvert.Client.Connecting;

/// <summary>
/// Connects to the first of a host's addresses that answers: each gets a head start over the next, so that one dead
/// address, often that of the other family, costs a moment and not the whole time (RFC 8305 §5).
/// </summary>
internal static class TcpDialer
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">None answered; the failure of the first.</exception>
    public static async Task<Socket> DialAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket>>();
        SocketException? failure = null;
        try
        {
            for (var next = 0; ;)
            {
                if (next < addresses.Count)
                {
                    attempts.Add(ConnectAsync(new IPEndPoint(addresses[next++], port), losers.Token));
                }

                var patience = next < addresses.Count ? HeadStart : Timeout.InfiniteTimeSpan;
                await Task.WhenAny(Task.WhenAny(attempts), Task.Delay(patience, time, losers.Token))
                    .ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                while (attempts.Find(a => a.IsCompleted) is { } ended)
                {
                    attempts.Remove(ended);
                    try
                    {
                        return await ended.ConfigureAwait(false);
                    }
                    catch (SocketException e)
                    {
                        failure ??= e;
                    }
                }

                if (attempts.Count == 0 && next == addresses.Count)
                {
                    throw failure ?? new SocketException((int)SocketError.HostNotFound);
                }
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (var attempt in attempts)
            {
                await DropAsync(attempt).ConfigureAwait(false);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task DropAsync(Task<Socket> attempt)
    {
        try
        {
            (await attempt.ConfigureAwait(false)).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It lost, or failed, as most do.
        }
    }
}
