using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Pages;

/// <summary>One sentence that a page leaves for the next one, in a cookie that the next one takes away.</summary>
/// <param name="Kind"><c>info</c> or <c>error</c>.</param>
/// <param name="Message">The sentence.</param>
public sealed record Flash(string Kind, string Message)
{
    private const string CookieName = "culvert_flash";

    // As base64 of three bytes each it is a cookie that browsers keep: 4096 bytes at most.
    private const int MaxLength = 950;

    // Two bytes for a letter that is not Latin, and not six; the text is base64 afterwards and HTML never.
    private static readonly JsonSerializerOptions Short = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly CookieOptions Cookie = new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" };

    /// <summary>Leaves it for the next page.</summary>
    internal void Write(HttpResponse response)
    {
        var text = Message.Length > MaxLength ? Message[..MaxLength] : Message;
        var json = JsonSerializer.SerializeToUtf8Bytes(new[] { Kind, text }, Short);
        response.Cookies.Append(CookieName, Convert.ToBase64String(json), Cookie);
    }

    /// <summary>What the last page left, taken away; null for nothing.</summary>
    internal static Flash? Take(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is not { Length: > 0 and <= 4096 } value)
        {
            return null;
        }

        context.Response.Cookies.Delete(CookieName, Cookie);
        try
        {
            return JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Convert.FromBase64String(value)))
                is ["info" or "error", { Length: > 0 }] parts
                    ? new Flash(parts[0], parts[1])
                    : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Not one of ours.
            return null;
        }
    }
}
