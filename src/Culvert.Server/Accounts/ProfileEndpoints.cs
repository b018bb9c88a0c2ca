using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests about display names and pictures.</summary>
internal sealed class ProfileEndpoints
{
    private const int DefaultPeople = 20;

    private readonly ProfileService _profiles;

    public ProfileEndpoints(ProfileService profiles)
    {
        _profiles = profiles;
    }

    /// <summary><c>GET /v1/profiles?name=a&amp;name=b</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is null)
        {
            return;
        }

        var names = context.Request.Query["name"];
        if (names.Count is 0 or > ProfileService.MaxNames)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, $"name is there 1 to {ProfileService.MaxNames} times.");
            return;
        }

        await WriteAsync(context, new ProfileList
        {
            Profiles = await _profiles.FindAsync(names, context.RequestAborted),
        });
    }

    /// <summary><c>GET /v1/people?prefix=al&amp;q=&amp;after=&amp;before=&amp;limit=20</c>.</summary>
    public async Task SearchAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return;
        }

        // A token for some rooms is not to learn of everybody who is in others.
        if (caller.Rooms is not null)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.Forbidden, "The token is limited to rooms.");
            return;
        }

        var query = context.Request.Query;
        var refusal = ListOrders.TryRead(query, DefaultPeople, out var order);
        if (order.Limit > ProfileService.MaxPeople)
        {
            refusal = new Refusal(ErrorCode.BadLimit, $"limit is 1 to {ProfileService.MaxPeople}.");
        }

        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(context, refusal.Code, refusal.Why);
            return;
        }

        var page = await _profiles.SearchAsync(query["prefix"].ToString(), order, context.RequestAborted);
        await WriteAsync(context, new ProfileList
        {
            Profiles = [.. page.Rows.Select(ProfileInfo.Of)],
            Previous = page.Previous,
            Next = page.Next,
        });
    }

    /// <summary><c>PATCH /v1/me</c>.</summary>
    public async Task ChangeAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is { } caller
            && await JsonBody.ReadAsync(context, AccountJson.Default.ProfilePatch) is { } body)
        {
            await AnswerAsync(context, await _profiles.SetTitleAsync(caller, body.Title));
        }
    }

    /// <summary><c>PUT /v1/me/avatar</c>.</summary>
    public async Task SetAvatarAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller)
        {
            return;
        }

        if (!string.Equals(context.Request.ContentType, "image/png", StringComparison.OrdinalIgnoreCase))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.UnsupportedType, "Send image/png.");
            return;
        }

        if (await JsonBody.ReadBytesAsync(context, ProfileService.MaxAvatarBytes) is not { } file)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.TooLarge, $"The picture may have {ProfileService.MaxAvatarBytes} bytes.");
            return;
        }

        await AnswerAsync(context, await _profiles.SetAvatarAsync(caller, file.WrittenMemory));
    }

    /// <summary><c>DELETE /v1/me/avatar</c>.</summary>
    public async Task DeleteAvatarAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is { } caller)
        {
            await AnswerAsync(context, await _profiles.DeleteAvatarAsync(caller));
        }
    }

    /// <summary>
    /// <c>GET /v1/users/{name}/avatar?v=VERSION</c>: with the version it has now the picture may be kept for ever.
    /// </summary>
    public async Task ShowAvatarAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is null)
        {
            return;
        }

        var name = (string?)context.Request.RouteValues["name"] ?? "";
        if (await _profiles.FindAvatarAsync(name, context.RequestAborted) is not { } avatar)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        var version = avatar.Version.ToString(CultureInfo.InvariantCulture);
        var isExact = context.Request.Query["v"].ToString() == version;
        var response = context.Response;
        response.ContentType = "image/png";
        response.ContentLength = avatar.Png.Length;
        response.Headers.CacheControl = isExact ? "private, max-age=31536000, immutable" : "private, no-cache";

        // Pixels that we wrote, and still nothing that a browser is to guess about or to run.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        await response.Body.WriteAsync(avatar.Png, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, ProfileList profiles) =>
        JsonBody.WriteAsync(context, StatusCodes.Status200OK, profiles, AccountJson.Default.ProfileList);

    private static Task AnswerAsync(HttpContext context, AccountResult<ProfileInfo> result) => result.IsDone
        ? JsonBody.WriteAsync(context, StatusCodes.Status200OK, result.Value, AccountJson.Default.ProfileInfo)
        : UserEndpoints.RefuseAsync(context, result.Refusal);
}
