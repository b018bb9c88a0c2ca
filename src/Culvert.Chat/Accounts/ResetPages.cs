using System.Text.Json.Nodes;
using Culvert.Chat.Pages;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Setting a new password with a link that an owner made.</summary>
internal sealed class ResetPages(PageApi api, PageWriter pages, FormGuard forms)
{
    /// <summary><c>GET /reset/{token}</c>.</summary>
    public Task ShowAsync(HttpContext context) => pages.WriteAsync<ResetPage>(context, StatusCodes.Status200OK);

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

        var token = (string?)context.Request.RouteValues["token"];
        var body = new JsonObject { ["token"] = token, ["password"] = form.Raw("password") };
        var taken = await api.CallAsync(context, HttpMethods.Post, "/v1/reset", body);
        if (taken.IsDone)
        {
            new Flash("info", text["reset.done"]).Write(context.Response);
            context.Response.Redirect("/login");
            return;
        }

        form.Fail(taken.Status == StatusCodes.Status404NotFound ? text["problem.reset"] : taken.Why(text));
        await pages.WriteAsync<ResetPage>(context, taken.Status, ("State", form));
    }
}
