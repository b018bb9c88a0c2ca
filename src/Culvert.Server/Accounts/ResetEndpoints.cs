using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests about links to a new password.</summary>
internal sealed class ResetEndpoints
{
    private readonly ResetService _resets;

    public ResetEndpoints(ResetService resets)
    {
        _resets = resets;
    }

    /// <summary><c>POST /v1/users/{name}/reset</c>.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (await CallerGate.RequireOwnerAsync(context) is not { } owner)
        {
            return;
        }

        var name = (string?)context.Request.RouteValues["name"] ?? "";
        var made = await _resets.CreateAsync(
            owner, context.Connection.RemoteIpAddress, name, context.RequestAborted);
        await (made.IsDone
            ? JsonBody.WriteAsync(context, StatusCodes.Status201Created, made.Value, AccountJson.Default.ResetInfo)
            : UserEndpoints.RefuseAsync(context, made.Refusal));
    }

    /// <summary><c>POST /v1/reset</c>: 204.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        if (await JsonBody.ReadAsync(context, AccountJson.Default.ResetBody) is not { } body)
        {
            return;
        }

        var taken = await _resets.TakeAsync(body.Token, body.Password, context.RequestAborted);
        if (!taken.IsDone)
        {
            await UserEndpoints.RefuseAsync(context, taken.Refusal);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
