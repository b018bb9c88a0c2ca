using System.Security.Cryptography;
using System.Threading.Channels;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Fanout;

/// <summary>A bus over a server that all nodes connect to, with a connection to send and one to hear.</summary>
internal sealed partial class WireBus : IRoomBus
{
    private const int MaxWaitingMessages = 10_000;
    private const int MaxWaitingBytes = 8 << 20;

    // A round trip carries what came during the one before.
    private const int MaxFramesAtOnce = 64;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(5);

    private readonly IBusWire _wire;
    private readonly TimeProvider _time;
    private readonly BusMetrics _metrics;
    private readonly ILogger<WireBus> _logger;
    private readonly long _sender = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly SendQueue _queue;
    private readonly Channel<bool> _hasWork = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stopping = new();
    private Task _listening = Task.CompletedTask;
    private Task _speaking = Task.CompletedTask;
    private volatile bool _isConnected;

    public WireBus(IBusWire wire, TimeProvider time, BusMetrics metrics, ILogger<WireBus> logger)
        : this(wire, time, metrics, logger, MaxWaitingMessages)
    {
    }

    /// <summary>With a bound of its own for messages that wait.</summary>
    internal WireBus(
        IBusWire wire, TimeProvider time, BusMetrics metrics, ILogger<WireBus> logger, int maxWaitingMessages)
    {
        _wire = wire;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _queue = new SendQueue(_sender, maxWaitingMessages, MaxWaitingBytes);
    }

    public Action<BusMessage>? Received { get; set; }

    public Action? Lost { get; set; }

    public bool IsConnected => _isConnected;

    public void Start()
    {
        _listening = ListenAsync(_stopping.Token);
        _speaking = SpeakAsync(_stopping.Token);
    }

    public void Send(BusMessage message)
    {
        var bytes = MessageWriter.Write(message);
        if (bytes.Length > _wire.MaxFrameBytes - BusFrame.MaxHeadBytes)
        {
            SendSmaller(message);
            return;
        }

        _metrics.Sent.Add(1);
        if (!_queue.TryAdd(bytes))
        {
            _metrics.Dropped.Add(1);
        }

        _hasWork.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _listening;
        await _speaking;
        _stopping.Dispose();
    }

    /// <summary>What is too large for a frame goes in parts, or as the news that there is something to read.</summary>
    private void SendSmaller(BusMessage message)
    {
        switch (message)
        {
            case BusMessage.Moved { Events.Count: > 0 } moved:
                Send(moved with { Events = [] });
                break;
            case BusMessage.News { UserIds.Count: > 1 } news:
                var half = news.UserIds.Count / 2;
                Send(news with { UserIds = [.. news.UserIds.Take(half)] });
                Send(news with { UserIds = [.. news.UserIds.Skip(half)] });
                break;
            default:
                _metrics.Dropped.Add(1);
                _queue.Skip();
                _hasWork.Writer.TryWrite(true);
                break;
        }
    }

    /// <summary>Ends when the bus is disposed of.</summary>
    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        // The caller of Start has its own work to do.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var backoff = new Backoff(_time);
        var outage = new Outage(_time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await WithinAsync(_wire.ListenAsync, ConnectLimit, stoppingToken);
                NoteHears(outage.Ends());
                backoff.Connected();
                await HearAsync(listener, stoppingToken);
            }
            catch (Exception exception)
            {
                // The boundary of one connection: the next one may do better. When stopping there is none.
                _isConnected = false;
                if (!stoppingToken.IsCancellationRequested && outage.Begins())
                {
                    Log.CannotHear(_logger, _wire.Name, exception.Message);
                }
            }

            _isConnected = false;
            await PauseAsync(backoff, stoppingToken);
        }
    }

    /// <summary>Ends by an exception when the connection does.</summary>
    private async Task HearAsync(IBusListener listener, CancellationToken stoppingToken)
    {
        var senders = new Senders(_sender);
        _isConnected = true;
        TellLost();
        while (true)
        {
            var bytes = await listener.ReceiveAsync(stoppingToken);
            if (BusFrame.Read(bytes) is not { } frame)
            {
                // Of a newer version, or of somebody who should not be there.
                TellLost();
            }
            else if (!senders.IsOwn(frame))
            {
                Take(frame, senders.Follows(frame));
            }
        }
    }

    private void Take(BusFrame frame, bool follows)
    {
        _metrics.Received.Add(frame.Messages.Count);
        if (!follows)
        {
            TellLost();
        }

        foreach (var message in frame.Messages)
        {
            Guard(() => Received?.Invoke(message));
        }
    }

    private void TellLost()
    {
        _metrics.Lost.Add(1);
        Guard(() => Lost?.Invoke());
    }

    private void Guard(Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception exception)
        {
            // A handler must not throw; when it does all the same, the other messages still count.
            Log.HandlerFailed(_logger, exception);
        }
    }

    /// <summary>Ends when the bus is disposed of.</summary>
    private async Task SpeakAsync(CancellationToken stoppingToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var backoff = new Backoff(_time);
        var outage = new Outage(_time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var speaker = await WithinAsync(_wire.SpeakAsync, ConnectLimit, stoppingToken);
                NoteSpeaks(outage.Ends());
                backoff.Connected();
                await SendAllAsync(speaker, stoppingToken);
            }
            catch (Exception exception)
            {
                // The boundary of one connection: the next one may do better. When stopping there is none.
                if (!stoppingToken.IsCancellationRequested && outage.Begins())
                {
                    Log.CannotSpeak(_logger, _wire.Name, exception.Message);
                }
            }

            await PauseAsync(backoff, stoppingToken);
        }
    }

    /// <summary>Ends by an exception when the connection does.</summary>
    private async Task SendAllAsync(IBusSpeaker speaker, CancellationToken stoppingToken)
    {
        while (true)
        {
            var frames = _queue.Take(_wire.MaxFrameBytes, MaxFramesAtOnce);
            if (frames.Count == 0 && await HasWorkAsync(stoppingToken))
            {
                continue;
            }

            try
            {
                await WithinAsync(
                    async limit =>
                    {
                        await speaker.SendAsync(frames, limit);
                        return true;
                    },
                    SendLimit,
                    stoppingToken);
            }
            catch (Exception) when (frames.Count > 0)
            {
                _queue.TellOfLoss();
                throw;
            }
        }
    }

    /// <summary>
    /// Waits for something to send; false when it has been quiet for so long that the wire wants a look.
    /// </summary>
    private async Task<bool> HasWorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await WithinAsync(limit => _hasWork.Reader.ReadAsync(limit).AsTask(), QuietLimit, stoppingToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void NoteHears(double? away)
    {
        if (away is { } seconds)
        {
            Log.HearsAgain(_logger, _wire.Name, seconds);
        }
        else
        {
            Log.Hears(_logger, _wire.Name);
        }
    }

    private void NoteSpeaks(double? away)
    {
        if (away is { } seconds)
        {
            Log.SpeaksAgain(_logger, _wire.Name, seconds);
        }
        else
        {
            Log.Speaks(_logger, _wire.Name);
        }
    }

    private async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> action, TimeSpan limit, CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            return await action(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {limit.TotalSeconds} s");
        }
    }

    private static async Task PauseAsync(Backoff backoff, CancellationToken stoppingToken)
    {
        try
        {
            await backoff.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
