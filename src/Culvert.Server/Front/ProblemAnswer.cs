using System.Text.Json;
using Culvert.Protocol.Http;
using Culvert.Protocol.Rooms;
using Culvert.Server.Files;

namespace Culvert.Server.Front;

/// <summary>Refusals of requests for the API that never get there, in the API's own form (RFC 9457).</summary>
internal static class ProblemAnswer
{
    public static FileAnswer Of(HttpRefusal refusal)
    {
        var code = refusal.Status switch
        {
            405 => ErrorCode.MethodNotAllowed,
            _ => ErrorCode.BadField,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Problem
            {
                Title = code.Why,
                Status = refusal.Status,
                Detail = refusal.Why,
                Code = code.Code,
                Retry = refusal.Status == 408,
            },
            RoomJson.Default.Problem);
        var fields = new HeadFields
        {
            Status = refusal.Status,
            ContentLength = body.Length,
            ContentType = "application/problem+json",
            CacheControl = "no-store",
        };
        return new FileAnswer(fields.ToHead(), body);
    }
}
