using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Setting a new password with a link that an owner made.</summary>
internal sealed class ResetPages(PageApi api, ResetService resets, PageWriter pages, FormGuard forms)
{
    /// <summary><c>GET /reset/{token}</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (await resets.FindAsync(TokenOf(context), context.RequestAborted) is not null)
        {
            await pages.WriteAsync<ResetPage>(context, StatusCodes.Status200OK);
            return;
        }

        var text = pages.TextOf(context);
        await pages.WriteAsync<NoticePage>(
            context,
            StatusCodes.Status404NotFound,
            ("Heading", text["reset.title"]),
            ("Message", text["problem.link_invalid"]),
            ("LinkText", text["error.home"]));
    }

    /// <summary><c>POST /reset/{token}</c>.</summary>
    public async Task SetAsync(HttpContext context)
    {
        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var text = pages.TextOf(context);
        FieldRules.CheckPassword(form, "password", "", text);
        if (!form.IsGood)
        {
            await pages.WriteAsync<ResetPage>(context, StatusCodes.Status400BadRequest, ("State", form));
            return;
        }

        var body = new JsonObject { ["token"] = TokenOf(context), ["password"] = form.Raw("password") };
        var taken = await api.CallAsync(context, HttpMethods.Post, "/v1/reset", body);
        if (taken.IsDone)
        {
            new Flash("info", text["reset.done"]).Write(context.Response);
            context.Response.Redirect("/login");
            return;
        }

        form.Fail(taken.Why(text));
        await pages.WriteAsync<ResetPage>(context, taken.Status, ("State", form));
    }

    private static string TokenOf(HttpContext context) => (string?)context.Request.RouteValues["token"] ?? "";
}
