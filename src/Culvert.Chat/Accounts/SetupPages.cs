using Culvert.Chat.Pages;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>Making the first owner, with the code of the console; afterwards these addresses are gone.</summary>
internal sealed class SetupPages(SetupService setup, RegisterPages register, PageWriter pages, FormGuard forms)
{
    /// <summary><c>GET /setup</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (!await setup.IsNeededAsync(context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await WriteAsync(context, StatusCodes.Status200OK, new FormState());
    }

    /// <summary><c>POST /setup</c>.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (!await setup.IsNeededAsync(context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await forms.RequireAsync(context) is not { } form)
        {
            return;
        }

        var text = pages.TextOf(context);
        FieldRules.CheckUserName(form, "name", text);
        FieldRules.CheckTitle(form, "title", text);
        FieldRules.CheckPassword(form, "password", form["name"], text);
        if (!form.IsGood)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, form);
            return;
        }

        var made = await setup.CreateOwnerAsync(
            form["code"], form["name"], form.Raw("password"), context.RequestAborted);
        if (made.IsDone)
        {
            await register.EnterAsync(context, form);
            context.Response.Redirect("/");
            return;
        }

        var refusal = made.Refusal;
        if (refusal.Code == ErrorCode.NotFound)
        {
            // Somebody else was faster.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var isCode = refusal.Code == ErrorCode.Forbidden;
        form.Fail(
            isCode ? "code" : "name",
            isCode ? text["problem.code"] : Wording.Of(text, refusal));
        await WriteAsync(context, refusal.Code.Status, form);
    }

    private Task WriteAsync(HttpContext context, int status, FormState form) => pages.WriteAsync<RegisterPage>(
        context, status, ("State", form), ("NeedsCode", true), ("Action", "/setup"));
}
