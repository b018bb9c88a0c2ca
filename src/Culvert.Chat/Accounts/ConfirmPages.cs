using Culvert.Chat.Pages;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Accounts;

/// <summary>
/// Asks for the password where an act needs one typed lately, and goes on with the act: the page carries the fields of
/// the form along, and is sent to the same address.
/// </summary>
internal sealed class ConfirmPages(SessionService sessions, PageWriter pages)
{
    public const string FieldName = "confirm";

    /// <summary>True for an answer that says that the password is needed.</summary>
    public static bool IsAskedBy(ApiAnswer answer) => answer.Code == ErrorCode.SignInTooOld.Code;

    /// <summary>Asks.</summary>
    public Task AskAsync(HttpContext context, int status, FormState form) =>
        pages.WriteAsync<ConfirmPage>(context, status, ("State", form));

    /// <summary>True when the act may be tried; or false, and the request is answered.</summary>
    public async ValueTask<bool> TakeAsync(HttpContext context, Caller caller, FormState form)
    {
        if (form.Has(PreferencePages.LanguageField))
        {
            PreferencePages.ChooseLanguage(context, form[PreferencePages.LanguageField]);
            await AskAsync(context, StatusCodes.Status200OK, form);
            return false;
        }

        if (!form.Has(FieldName))
        {
            return true;
        }

        var confirmed = await sessions.ConfirmAsync(
            caller, context.Connection.RemoteIpAddress, form.Raw(FieldName), context.RequestAborted);
        if (confirmed.IsDone)
        {
            SessionCookie.Write(context, confirmed.Value.Secret, confirmed.Value.Lifetime);
            return true;
        }

        var text = pages.TextOf(context);
        var refusal = confirmed.Refusal;
        if (refusal.Code == ErrorCode.Forbidden)
        {
            form.Fail(FieldName, text["problem.currentWrong"]);
        }
        else
        {
            form.Fail(Wording.Of(text, refusal));
        }

        await AskAsync(context, refusal.Code.Status, form);
        return false;
    }
}
