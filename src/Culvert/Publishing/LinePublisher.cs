using System.Threading.Channels;
using Culvert.Client;

namespace Culvert.Publishing;

/// <summary>Publishes lines in order, each exactly once, in batches that grow while the server is busy.</summary>
/// <remarks>
/// One request at a time: it keeps the order. While it is away the input is read on, so a slow server gets large
/// batches and a fast one gets its lines at once. A line's key is made of the run and its number, so whatever is sent
/// again is known to the server.
/// </remarks>
internal sealed class LinePublisher(CulvertClient client, string room, string run)
{
    /// <summary>Lines of one request at most.</summary>
    public const int MaxBatchLines = 500;

    /// <summary>Bytes of data of one request at most; one line alone may be longer.</summary>
    public const int MaxBatchBytes = 256 * 1024;

    private int _inFlight;
    private int _rateLimited;
    private int _maxLines = MaxBatchLines;
    private long _published;
    private long _failed;

    /// <summary>Called for a line that was not published, with its number and the reason.</summary>
    public Action<long, string>? OnFailed { get; init; }

    /// <summary>Called after each request, with the lines published so far.</summary>
    public Action<long>? OnProgress { get; init; }

    /// <summary>What became of the lines so far.</summary>
    public PublishCounts Counts => new(_published, _failed);

    /// <summary>
    /// True when a batch is better cut than sent again as a whole; see <see cref="CulvertClientOptions.OnRetry"/>.
    /// </summary>
    /// <remarks>A rate limit may be below the batch: then no waiting helps, and smaller ones pass.</remarks>
    public bool IsTooManyAtOnce(RetryNotice notice)
    {
        if (notice.Error is CulvertProblemException { Status: 429 })
        {
            _rateLimited++;
        }

        return _rateLimited > 1 && _inFlight > 1;
    }

    /// <summary>Publishes all lines.</summary>
    /// <exception cref="CulvertException">
    /// The server cannot be reached or refuses everything; lines before it stand.
    /// </exception>
    public async Task RunAsync(IAsyncEnumerable<InputLine> lines, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = Channel.CreateBounded<(long Number, OutgoingMessage Message)>(
            new BoundedChannelOptions(MaxBatchLines) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(lines, queue.Writer, stop.Token);
        try
        {
            var batch = new List<(long Number, OutgoingMessage Message)>(MaxBatchLines);
            while (await queue.Reader.WaitToReadAsync(cancellationToken))
            {
                Gather(queue.Reader, batch);
                await PublishAsync(batch, cancellationToken);
                batch.Clear();
                OnProgress?.Invoke(_published);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ReadAsync(
        IAsyncEnumerable<InputLine> lines,
        ChannelWriter<(long Number, OutgoingMessage Message)> queue,
        CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await foreach (var line in lines.WithCancellation(cancellationToken))
            {
                if (line.Kind == InputLineKind.Text)
                {
                    var message = OutgoingMessage.FromText(line.Text) with { Key = $"{run}-{line.Number}" };
                    await queue.WriteAsync((line.Number, message), cancellationToken);
                }
                else
                {
                    Fail(line.Number, line.Kind == InputLineKind.NotUtf8 ? "not UTF-8" : "too long for a message");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The publisher has stopped and says why.
        }
        catch (IOException e)
        {
            failure = e;
        }

        queue.Complete(failure);
    }

    private void Gather(
        ChannelReader<(long Number, OutgoingMessage Message)> queue, List<(long Number, OutgoingMessage Message)> batch)
    {
        var bytes = 0;
        while (batch.Count < _maxLines && queue.TryPeek(out var next))
        {
            bytes += next.Message.Data.Length;
            if (batch.Count > 0 && bytes > MaxBatchBytes)
            {
                return;
            }

            if (queue.TryRead(out next))
            {
                batch.Add(next);
            }
        }
    }

    private async Task PublishAsync(
        List<(long Number, OutgoingMessage Message)> batch, CancellationToken cancellationToken)
    {
        try
        {
            _inFlight = batch.Count;
            _rateLimited = 0;
            await client.PublishAsync(room, [.. batch.Select(b => b.Message)], cancellationToken);
            _published += batch.Count;
            // Back to large batches, slowly: a limit that is really there costs a refusal for every few requests.
            _maxLines = Math.Min(MaxBatchLines, _maxLines + Math.Max(1, _maxLines / 8));
        }
        catch (CulvertProblemException e) when (batch.Count > 1 && (IsAboutTheLines(e) || e.Status == 429))
        {
            if (e.Status == 429)
            {
                _maxLines = Math.Max(1, batch.Count / 2);
            }

            // A batch is all or nothing: halves find the line that is at fault, in order, and the others pass.
            var half = batch.Count / 2;
            await PublishAsync([.. batch.Take(half)], cancellationToken);
            await PublishAsync([.. batch.Skip(half)], cancellationToken);
        }
        catch (CulvertProblemException e) when (IsAboutTheLines(e))
        {
            Fail(batch[0].Number, e.Message);
        }
    }

    // Bad request, conflict of keys, too large, unprocessable: another line may well pass.
    private static bool IsAboutTheLines(CulvertProblemException problem) => problem.Status is 400 or 409 or 413 or 422;

    private void Fail(long number, string why)
    {
        Interlocked.Increment(ref _failed);
        OnFailed?.Invoke(number, why);
    }
}
