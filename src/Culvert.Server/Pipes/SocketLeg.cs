using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes;

/// <summary>A leg over a connected socket without TLS: bytes go from and to the kernel without a pipe between.</summary>
/// <param name="kind">What the peer speaks.</param>
/// <param name="name">For the log.</param>
/// <param name="socket">Connected, non-blocking; disposed with this.</param>
/// <param name="input">Reads the socket; nobody reads it any more.</param>
/// <param name="output">Writes to the socket.</param>
/// <param name="time">Limits the last read.</param>
internal sealed class SocketLeg(
    LegKind kind, string name, Socket socket, SocketPipeReader input, SocketPipeWriter output, TimeProvider time) : Leg
{
    /// <summary>How long a peer may go on sending after we have closed.</summary>
    private static readonly TimeSpan DiscardTime = TimeSpan.FromSeconds(2);

    private int _isGone;

    /// <param name="kind">What the peer speaks.</param>
    /// <param name="name">For the log.</param>
    /// <param name="socket">Connected; made non-blocking, and disposed with the leg.</param>
    /// <param name="time">Limits the last read.</param>
    public SocketLeg(LegKind kind, string name, Socket socket, TimeProvider time)
        : this(kind, name, socket, new SocketPipeReader(socket), new SocketPipeWriter(socket), time)
    {
        // A send then takes what the kernel takes and never waits.
        socket.Blocking = false;
    }

    public override LegKind Kind => kind;

    public override string Name => name;

    public override PipeReader Input => input;

    public override PipeWriter Output => output;

    public override bool EndedAbnormally => input.Error != SocketError.Success;

    public override ValueTask FinishAsync()
    {
        output.ShutdownSend();
        return default;
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _isGone, 1) != 0)
        {
            return;
        }

        try
        {
            // Closing with a linger time of zero sends a reset.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        Close();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isGone, 1) == 0)
        {
            if (!input.HasEnded)
            {
                output.ShutdownSend();
                await DiscardAsync();
            }

            Close();
        }

        input.Complete();
    }

    /// <summary>Unread bytes would make the kernel send a reset, and what was sent could be lost.</summary>
    private async ValueTask DiscardAsync()
    {
        using var limit = new CancellationTokenSource(DiscardTime, time);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(limit.Token);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
    }

    private void Close()
    {
        socket.Dispose();
        input.Dispose();
    }
}
