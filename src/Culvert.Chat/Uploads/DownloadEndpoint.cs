using System.Text;
using Culvert.Chat.Search.Indexing;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Culvert.Chat.Uploads;

/// <summary>Answers <c>GET /v1/rooms/{room}/files/{id}/{name}</c>, ranges included.</summary>
/// <remarks>
/// Who may read the room may read the files of its messages; before the message is there, only who sent the file. All
/// others get the answer for a file that does not exist. Browsers may keep a file but must ask each time.
/// </remarks>
internal sealed class DownloadEndpoint(RoomDirectory rooms, IFileStore store, FileShelf shelf, LogFollower follower)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        if (await FindAsync(context, entered) is not { } file)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        headers.ContentDisposition = Disposition(file);
        var content = TypedResults.PhysicalFile(
            shelf.PathOf(file.Id),
            file.Type,
            fileDownloadName: null,
            DateTimeOffset.FromUnixTimeMilliseconds(file.CreatedAt),
            new EntityTagHeaderValue($"\"{file.Id}\""),
            enableRangeProcessing: true);
        try
        {
            await content.ExecuteAsync(context);
        }
        catch (Exception exception)
            when (exception is FileNotFoundException or DirectoryNotFoundException && !context.Response.HasStarted)
        {
            // Erased between the look-up and here.
            context.Response.Clear();
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
        }
    }

    private async Task<FileRecord?> FindAsync(HttpContext context, Entered entered)
    {
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        if (!FileNames.IsId(id) || await store.FindAsync(id, context.RequestAborted) is not { } file
            || file.RoomId != entered.Room.Id)
        {
            return null;
        }

        if (file.Seq > 0 || file.UserId == entered.Caller.UserId)
        {
            return file;
        }

        // Its message may be in the log already and not yet seen there: who shows it to others is fast.
        await follower.CatchUpAsync(file.RoomId, context.RequestAborted);
        file = await store.FindAsync(id, context.RequestAborted);
        return file?.Seq > 0 ? file : null;
    }

    /// <summary>RFC 6266, with the name in UTF-8 (RFC 8187) and in ASCII for programs that know no other.</summary>
    private static string Disposition(FileRecord file)
    {
        var ascii = new StringBuilder(file.Name.Length);
        foreach (var character in file.Name)
        {
            ascii.Append(character is > ' ' and < '\x7F' and not ('"' or '\\' or '%') ? character : '_');
        }

        var kind = FileSignature.IsShown(file.Type) ? "inline" : "attachment";
        return $"{kind}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(file.Name)}";
    }
}
