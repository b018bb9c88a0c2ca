using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A TCP or Unix domain connection as it is, without TLS.</summary>
internal sealed class SocketLeg : Leg
{
    private readonly Socket _socket;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private readonly TimeProvider _time;
    private bool _isFinished;
    private volatile bool _isAborted;
    private int _isClosed;

    /// <param name="socket">Connected; the leg's from now on.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="time">Bounds the lingering read.</param>
    /// <param name="loops">Wait for it; null for .NET's sockets.</param>
    public SocketLeg(Socket socket, string name, TimeProvider time, SocketLoops? loops = null)
    {
        // The reader and the writer try at once and wait only when the kernel has nothing for them.
        socket.Blocking = false;
        _socket = socket;
        _input = new SocketPipeReader(socket);
        _output = new SocketPipeWriter(socket);
        _time = time;
        Name = name;
        if (loops?.For(socket) is { } readiness && _input.TryWaitOn(readiness))
        {
            _output.Readiness = readiness;
        }
    }

    /// <summary>How long the peer may go on sending after we have closed.</summary>
    public static TimeSpan Linger { get; } = TimeSpan.FromSeconds(2);

    public override LegKind Kind => LegKind.Bytes;

    public override string Name { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    /// <summary>That we closed while the peer still could send is no fault of the peer.</summary>
    public override bool EndedAbnormally => _isAborted
        || (_input.HasEnded && _input.Error is not (SocketError.Success or SocketError.OperationAborted));

    public override ValueTask FinishAsync()
    {
        _isFinished = true;
        _output.ShutdownSend();
        return ValueTask.CompletedTask;
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _isAborted = true;
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // The connection is gone already.
        }

        // Otherwise .NET may shut down first, where a call is under way, and the peer take that for a proper end.
        _socket.Close(timeout: 0);
        _input.Dispose();
    }

    public override ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _output.ShutdownSend();
            Release();
        }

        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        if (!_isFinished)
        {
            _output.ShutdownSend();
        }

        if (!_input.HasEnded)
        {
            await DiscardAsync();
        }

        Release();
    }

    /// <summary>Bytes that nobody has read would make the kernel answer with a reset.</summary>
    private async Task DiscardAsync()
    {
        using var limit = new CancellationTokenSource(Linger, _time);
        try
        {
            ReadResult result;
            do
            {
                result = await _input.ReadAsync(limit.Token);
                _input.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
    }

    private void Release()
    {
        _socket.Dispose();
        _input.Dispose();
    }
}
