using System.Buffers;
using System.IO.Compression;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

/// <summary>
/// Makes compressed variants of cached files, one at a time and never while somebody waits for it. What finds no place
/// in the queue is offered again by the next sweep.
/// </summary>
internal sealed partial class Compressor : IAsyncDisposable
{
    /// <summary>Below this a packet is not filled anyway.</summary>
    public const int MinBytes = 1024;

    private const int MaxQueued = 64;

    // 11 takes ten times as long for a few percent.
    private const int BrotliQuality = 9;
    private const int BrotliWindow = 22;

    private readonly AnswerCache _cache;
    private readonly ILogger _logger;
    private readonly Channel<Action> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public Compressor(AnswerCache cache, ILogger logger)
    {
        _cache = cache;
        _logger = logger;
        _queue = Channel.CreateBounded<Action>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Asks for variants of a file, if it is worth it. Does not wait.</summary>
    public void Offer(SiteFile file)
    {
        // What has just changed will change again; what lies on the disk is not in memory to be compressed.
        if (!file.IsMissing && !file.IsCompressed && file.Stamp != default && !file.HasOpenFile
            && file.Identity.Length >= MinBytes)
        {
            _queue.Writer.TryWrite(() => Compress(file));
        }
    }

    /// <summary>Completes when everything that was offered before is done.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(done.SetResult, cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var work in _queue.Reader.ReadAllAsync(_stop.Token))
            {
                work();
            }
        }
        catch (OperationCanceledException)
        {
            // The site ends, and what is queued with it.
        }
    }

    private void Compress(SiteFile file)
    {
        // Offered twice, or thrown out meanwhile.
        if (file.IsCompressed || file.Place is null)
        {
            return;
        }

        file.IsCompressed = true;
        try
        {
            var variants = VariantsOf(file);
            if (variants.Count > 0)
            {
                _cache.Replace(file, file.With(variants));
            }
        }
        catch (Exception e)
        {
            Log.Failed(_logger, file.Path, e);
        }
    }

    private static List<Variant> VariantsOf(SiteFile file)
    {
        var variants = new List<Variant>();
        var identity = file.Identity;
        if (file[Coding.Brotli] is null && Brotli(identity.Body.Span) is { } brotli)
        {
            variants.Add(Variant.InMemory(Coding.Brotli, brotli, default, identity.Fields));
        }

        if (file[Coding.Gzip] is null && Gzip(identity.Body.Span) is { } gzip)
        {
            variants.Add(Variant.InMemory(Coding.Gzip, gzip, default, identity.Fields));
        }

        return variants;
    }

    // Null when it would not be smaller: the buffer is just too small for that.
    private static byte[]? Brotli(ReadOnlySpan<byte> content)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            return BrotliEncoder.TryCompress(
                content, buffer.AsSpan(0, content.Length - 1), out var length, BrotliQuality, BrotliWindow)
                ? buffer[..length]
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[]? Gzip(ReadOnlySpan<byte> content)
    {
        using var buffer = new MemoryStream(content.Length);
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return buffer.Length < content.Length ? buffer.ToArray() : null;
    }
}
