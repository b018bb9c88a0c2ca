using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Answers requests under <c>/v1/users</c>, and <c>/v1/me</c>.</summary>
internal sealed class UserEndpoints
{
    private const int PageSize = 200;

    private readonly AccountService _accounts;
    private readonly SessionService _sessions;

    public UserEndpoints(AccountService accounts, SessionService sessions)
    {
        _accounts = accounts;
        _sessions = sessions;
    }

    /// <summary><c>POST /v1/users</c>.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        // A token that is not valid any more must not silently count as a stranger, whom the policy may turn away.
        var feature = CallerFeature.Of(context);
        if (feature.State == CallerState.Refused)
        {
            await ProblemWriter.WriteAsync(context, CallerGate.Refusal(feature.State));
            return;
        }

        var body = await JsonBody.ReadAsync(context, RoomJson.Default.UserBody);
        if (body is null)
        {
            return;
        }

        if (!RoleNames.TryParse(body.Role ?? "member", out RoomRole role))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.BadField, UnknownRole);
            return;
        }

        var created = await _accounts.CreateAsync(
            new UserOrder(
                feature.Caller, context.Connection.RemoteIpAddress, body.Name, body.Password, role, body.Invite),
            context.RequestAborted);
        await AnswerAsync(context, StatusCodes.Status201Created, created);
    }

    /// <summary><c>GET /v1/users?q=&amp;after=&amp;before=&amp;limit=</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireOwnerAsync(context) is null)
        {
            return;
        }

        if (ListOrders.TryRead(context.Request.Query, PageSize, out var order) is { } refusal)
        {
            await ProblemWriter.WriteAsync(context, refusal.Code, refusal.Why);
            return;
        }

        var page = await _accounts.ListAsync(order, context.RequestAborted);
        var reply = new UserList
        {
            Users = [.. page.Rows.Select(UserInfo.Of)],
            Previous = page.Previous,
            Next = page.Next,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, AccountJson.Default.UserList);
    }

    /// <summary><c>POST /v1/users/{name}/password</c>.</summary>
    public async Task SetPasswordAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Owner) is not { } caller
            || await JsonBody.ReadAsync(context, AccountJson.Default.PasswordBody) is not { } body)
        {
            return;
        }

        var changed = await _accounts.SetPasswordAsync(
            caller,
            context.Connection.RemoteIpAddress,
            NameOf(context),
            body.Password,
            body.Current,
            context.RequestAborted);
        if (!changed.IsDone)
        {
            await RefuseAsync(context, changed.Refusal);
            return;
        }

        // The session that asks goes on, under a secret that nobody can have seen before.
        if (changed.Value.Id == caller.UserId
            && await _sessions.RenewAsync(changed.Value, caller.CredentialId) is { } renewed)
        {
            SessionCookie.Write(context, renewed.Secret, renewed.Lifetime);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>PATCH /v1/users/{name}</c>.</summary>
    public async Task ChangeAsync(HttpContext context)
    {
        if (await CallerGate.RequireOwnerAsync(context) is not { } owner
            || await JsonBody.ReadAsync(context, AccountJson.Default.UserPatch) is not { } body)
        {
            return;
        }

        RoomRole? role = null;
        if (body.Role is not null)
        {
            if (!RoleNames.TryParse(body.Role, out RoomRole wanted))
            {
                await ProblemWriter.WriteAsync(context, ErrorCode.BadField, UnknownRole);
                return;
            }

            role = wanted;
        }

        var changed = await _accounts.ChangeAsync(
            owner,
            context.Connection.RemoteIpAddress,
            NameOf(context),
            role,
            body.Disabled,
            context.RequestAborted);
        await AnswerAsync(context, StatusCodes.Status200OK, changed);
    }

    /// <summary><c>GET /v1/me</c>.</summary>
    public static async Task MeAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.None) is not { } caller)
        {
            return;
        }

        var me = new MeReply
        {
            Name = caller.Name,
            Role = RoleNames.Of(caller.ServerRole),
            Scopes = ScopeNames.List(caller.Scopes),
            Rooms = caller.Rooms?.Order(StringComparer.Ordinal).ToArray(),
            ExpiresAt = caller.ExpiresAt == long.MaxValue ? null : caller.ExpiresAt,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, me, RoomJson.Default.MeReply);
    }

    /// <summary>Answers with why not.</summary>
    public static Task RefuseAsync(HttpContext context, AccountRefusal refusal) =>
        ProblemWriter.WriteAsync(context, refusal.Code, refusal.Why, refusal.After);

    private const string UnknownRole = "role is one of member, moderator, owner.";

    private static string NameOf(HttpContext context) => (string?)context.Request.RouteValues["name"] ?? "";

    private static Task AnswerAsync(HttpContext context, int status, AccountResult<UserRecord> result) =>
        result.IsDone
            ? JsonBody.WriteAsync(context, status, UserInfo.Of(result.Value), AccountJson.Default.UserInfo)
            : RefuseAsync(context, result.Refusal);
}
