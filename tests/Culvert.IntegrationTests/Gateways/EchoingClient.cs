using System.Diagnostics;
using System.Globalization;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>
/// A client that always has a message under way, which comes back with a receipt before it, and that connects again
/// whenever its session ends.
/// </summary>
internal sealed class EchoingClient(Uri address, string path)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly List<(int Code, string Reason)> _closes = [];
    private readonly List<int> _refusals = [];
    private TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<long> _echoed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _echoes;
    private long _echoesAwaited = long.MaxValue;
    private volatile bool _isStopping;

    /// <summary>Sessions that were opened.</summary>
    public int Sessions { get; private set; }

    /// <summary>The Close that each session ended with but the last; 1006 for none.</summary>
    public IReadOnlyList<(int Code, string Reason)> Closes => _closes;

    /// <summary>The status of each answer that opened no session.</summary>
    public IReadOnlyList<int> Refusals => _refusals;

    /// <summary>Ends when it is refused the next time.</summary>
    public Task RefusedAsync()
    {
        lock (_lock)
        {
            _refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _refused.Task;
        }
    }

    /// <summary>Ends after so many more echoes; the result is the timestamp of the last.</summary>
    public Task<long> EchoesAsync(int count)
    {
        lock (_lock)
        {
            _echoed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _echoesAwaited = _echoes + count;
            return _echoed.Task;
        }
    }

    /// <summary>Closes at the next echo; then <see cref="RunAsync"/> ends.</summary>
    public void Stop() => _isStopping = true;

    public async Task RunAsync()
    {
        using var pace = new PeriodicTimer(RetryDelay);
        while (!_isStopping)
        {
            using var socket = await RawWebSocket.OpenAsync(address, path);
            var status = int.Parse(socket.Handshake.AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (status == 101)
            {
                Sessions++;
                await TalkAsync(socket);
                continue;
            }

            _refusals.Add(status);
            lock (_lock)
            {
                _refused.TrySetResult();
            }

            await pace.WaitForNextTickAsync(Bounded.Cancelled);
        }
    }

    private async Task TalkAsync(RawWebSocket socket)
    {
        for (var i = 0; ; i++)
        {
            var text = $"message {i}";
            if (_isStopping)
            {
                await socket.SendCloseAsync(1000);
                await socket.ReadToEndAsync();
                return;
            }

            await socket.SendTextAsync(text);
            var receipt = await socket.ReadAsync();
            var frame = receipt?.Opcode == RawFrame.TextMessage ? await socket.ReadAsync() : receipt;
            if (frame is null || frame.Opcode == RawFrame.Close)
            {
                await EndAsync(socket, frame);
                return;
            }

            Assert.Equal(text, frame.Text);
            Echoed();
        }
    }

    private async Task EndAsync(RawWebSocket socket, RawFrame? close)
    {
        _closes.Add(close is null ? (1006, "") : (close.CloseCode, close.CloseReason));
        if (close is not null)
        {
            await socket.SendCloseAsync(1000);
            Assert.Empty(await socket.ReadToEndAsync());
        }
    }

    private void Echoed()
    {
        lock (_lock)
        {
            if (++_echoes == _echoesAwaited)
            {
                _echoed.TrySetResult(Stopwatch.GetTimestamp());
            }
        }
    }
}
