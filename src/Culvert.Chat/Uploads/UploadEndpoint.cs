using System.Buffers;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Culvert.Chat.Uploads;

/// <summary>Answers <c>POST /v1/rooms/{room}/files?name=</c>: the body is the file.</summary>
internal sealed class UploadEndpoint(
    RoomDirectory rooms, IFileStore store, FileShelf shelf, UploadQuota quota, ChatOptions options, TimeProvider time)
{
    private const int BufferBytes = 64 * 1024;

    // A phone in a tunnel sends nothing for a while; a peer that sends less than this for long only holds a place.
    private static readonly MinDataRate MinRate = new(1024, TimeSpan.FromSeconds(20));

    // errno of a full disk and of a user's full quota, as .NET reports them on Unix.
    private static readonly int[] FullErrors = [28, 122];

    public async Task HandleAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Write, Capability.Write) is not { } entered)
        {
            return;
        }

        if (context.Request.ContentLength > options.MaxFileBytes)
        {
            await Refusals.WriteAsync(context, TooLarge());
            return;
        }

        if (await quota.BeginAsync(entered.Caller, context.RequestAborted) is { } busy)
        {
            await Refusals.WriteAsync(context, busy);
            return;
        }

        var arrived = new Arrival(FileNames.NewId());
        try
        {
            Widen(context);
            if (await ReceiveAsync(context, entered, arrived) is { } refusal)
            {
                await Refusals.WriteAsync(context, refusal);
                return;
            }

            var file = await KeepAsync(context, entered, arrived);
            await JsonBody.WriteAsync(
                context, StatusCodes.Status201Created, FileReply.Of(file), ContentJson.Default.FileReply);
        }
        finally
        {
            quota.End(entered.Caller, arrived.IsKept ? arrived.Taken - arrived.Bytes : arrived.Taken);
            if (!arrived.IsKept)
            {
                shelf.Delete(arrived.Id);
            }

            if (arrived.OtherId is { } other)
            {
                shelf.Delete(other);
            }
        }
    }

    /// <summary>The limits of ordinary requests make way for those of files.</summary>
    private void Widen(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaxFileBytes;
        }

        // Over HTTP/2 the rate is the connection's, and the server's own minimum stays.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = MinRate;
        }
    }

    /// <summary>Writes the body to the disk; a refusal when it cannot stay.</summary>
    private async Task<Refusal?> ReceiveAsync(HttpContext context, Entered entered, Arrival arrived)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(options.UploadTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var stream = shelf.Create(arrived.Id);
            while (true)
            {
                var read = await context.Request.Body.ReadAsync(buffer, limit.Token);
                if (read == 0)
                {
                    break;
                }

                if (arrived.Bytes + read > options.MaxFileBytes)
                {
                    return TooLarge();
                }

                if (quota.Take(entered.Caller, read) is { } refusal)
                {
                    return refusal;
                }

                arrived.Taken += read;
                arrived.Bytes += read;
                await stream.WriteAsync(buffer.AsMemory(0, read), limit.Token);
            }

            if (arrived.Bytes == 0)
            {
                return new Refusal(ErrorCode.BadField, Reason.FileEmpty.With());
            }

            (arrived.Type, arrived.Size) = await LookAsync(stream, limit.Token);

            // Waits for the disk: not on the thread that waits for sockets.
            await Task.Run(() => Settle(stream, arrived), limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return new Refusal(ErrorCode.TooLarge, Reason.FileSlow.With("time", $"{options.UploadTimeout}"));
        }
        catch (IOException exception) when (FullErrors.Contains(exception.HResult & 0xFFFF))
        {
            return new Refusal(ErrorCode.StorageFull, null, 60_000);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts the file on the disk for good, a picture without what it says besides its pixels.</summary>
    private void Settle(FileStream stream, Arrival arrived)
    {
        if (!PictureCleaner.Knows(arrived.Type))
        {
            stream.Flush(flushToDisk: true);
            return;
        }

        arrived.OtherId = FileNames.NewId();
        using var clean = shelf.Create(arrived.OtherId);
        if (PictureCleaner.TryCopy(arrived.Type, stream, clean))
        {
            clean.Flush(flushToDisk: true);
            arrived.Bytes = clean.Length;
            (arrived.Id, arrived.OtherId) = (arrived.OtherId, arrived.Id);
            return;
        }

        // Nothing that a page shows: it is a file to download, and stays as it is.
        (arrived.Type, arrived.Size) = (FileSignature.Unknown, default);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>What it is and, of a picture that may be shown, how large.</summary>
    private async Task<(string Type, (int Width, int Height) Size)> LookAsync(
        FileStream stream, CancellationToken cancellationToken)
    {
        var head = ArrayPool<byte>.Shared.Rent(ImageSize.HeadBytes);
        try
        {
            stream.Position = 0;
            var length = await stream.ReadAtLeastAsync(
                head.AsMemory(0, ImageSize.HeadBytes),
                ImageSize.HeadBytes,
                throwOnEndOfStream: false,
                cancellationToken);
            var type = FileSignature.Of(head.AsSpan(0, Math.Min(length, FileSignature.HeadBytes)));
            if (!type.StartsWith("image/", StringComparison.Ordinal))
            {
                return (type, default);
            }

            var size = ImageSize.Read(type, head.AsSpan(0, length));
            return size is var (width, height) && (long)width * height <= options.MaxImagePixels
                ? (type, (width, height))
                : (FileSignature.Unknown, default);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>First the row, then the place: a file without a row would stay for ever.</summary>
    private async Task<FileRecord> KeepAsync(HttpContext context, Entered entered, Arrival arrived)
    {
        var file = new FileRecord
        {
            Id = arrived.Id,
            RoomId = entered.Room.Id,
            UserId = entered.Caller.UserId,
            Name = FileNames.Clean(context.Request.Query["name"].ToString()),
            Type = arrived.Type,
            Size = arrived.Bytes,
            Width = arrived.Size.Width,
            Height = arrived.Size.Height,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await store.AddAsync(file, context.RequestAborted);

        // From here on the file is the sweeper's to take away, wherever it is.
        arrived.IsKept = true;
        shelf.Keep(arrived.Id);
        return file;
    }

    private Refusal TooLarge() => new(
        ErrorCode.TooLarge, Reason.FileTooLarge.With("bytes", $"{options.MaxFileBytes}"));

    /// <summary>One upload as far as it has come.</summary>
    private sealed class Arrival(string id)
    {
        public string Id { get; set; } = id;

        /// <summary>The one of the picture as it came and its copy that is not wanted; null for none.</summary>
        public string? OtherId { get; set; }

        /// <summary>Of the file as it is now.</summary>
        public long Bytes { get; set; }

        /// <summary>What has been counted of it.</summary>
        public long Taken { get; set; }

        public string Type { get; set; } = FileSignature.Unknown;

        public (int Width, int Height) Size { get; set; }

        public bool IsKept { get; set; }
    }
}
