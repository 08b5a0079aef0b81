//! Facts about passwords and keys among the settings.

use super::{Context, Family, Kind, Spec};
use crate::snapshot::StoredSetting;
use crate::value::Value;

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[Spec {
        id: "secret.settings",
        kind: Kind::List,
        about: "Settings that hold a password, key or token, which every reader of the database can see.",
        derive: |context| context.unless_empty_of_a_part(settings(context)),
    }],
};

/// Secrets that the server does not flag as such.
const UNFLAGGED: &[&str] = &[
    "Accounts_OAuth_Apple_secretKey",
    "Accounts_OAuth_Nextcloud_secret",
    "Accounts_OAuth_Tokenpass_secret",
    "AutoTranslate_DeepLAPIKey",
    "AutoTranslate_GoogleAPIKey",
    "AutoTranslate_MicrosoftAPIKey",
    "Broadcasting_api_key",
    "Enterprise_License",
    "Federation_Matrix_as_token",
    "Federation_Matrix_hs_token",
    "FileUpload_json_web_token_secret_for_files",
    "IRC_Local_Password",
    "IRC_Peer_Password",
    "Jitsi_Application_Secret",
    "Livechat_External_Queue_Token",
    "Livechat_Facebook_API_Secret",
    "Omnichannel_External_Frame_Encryption_JWK",
    "SMS_Mobex_password",
    "Search.chatpalProvider.API_Key",
    "VoIP_JWT_Secret",
    "VoIP_Management_Server_Password",
    "bigbluebutton_sharedSecret",
];

/// Settings that the server flags as secret although they hold an address, an id, a choice or a
/// public certificate.
const HARMLESS: &[&str] = &[
    "API_Gitlab_URL",
    "API_Wordpress_URL",
    "Accounts_OAuth_GitHub_Enterprise_id",
    "CROWD_APP_USERNAME",
    "Cloud_Billing_Url",
    "Cloud_Sync_Announcement_Payload",
    "Cloud_Url",
    "Cloud_Workspace_Client_Id",
    "Cloud_Workspace_Id",
    "Cloud_Workspace_Name",
    "Cloud_Workspace_PublicKey",
    "Cloud_Workspace_Registration_Client_Uri",
    "Cloud_Workspace_Registration_State",
    "Cloud_Workspace_Supported_Versions_Token",
    "Direct_Reply_Username",
    "FileUpload_GoogleStorage_Bucket",
    "FileUpload_GoogleStorage_ProjectId",
    "FileUpload_S3_BucketURL",
    "FileUpload_Webdav_Username",
    "GoogleTagManager_id",
    "Iframe_X_Frame_Options",
    "LDAP_Authentication_UserDN",
    "LDAP_CA_Cert",
    "Meta_fb_app_id",
    "Meta_google-site-verification",
    "Meta_msvalidate01",
    "Nps_Url",
    "Omnigateway_Url",
    "Push_gcm_project_number",
    "SAML_Custom_Default_cert",
    "SAML_Custom_Default_signature_algorithm",
    "SMS_Twilio_Account_SID",
    "SMS_Twilio_FileUpload_MediaTypeWhiteList",
    "SMS_Voxtelesys_FileUpload_MediaTypeWhiteList",
    "SMS_Voxtelesys_URL",
    "SMTP_Username",
    "Smarsh_Email",
];

fn settings(context: &Context<'_>) -> Value {
    context
        .settings
        .stored()
        .iter()
        .filter(|(id, setting)| is_secret(id, setting))
        .filter(|(_, setting)| {
            matches!(&setting.value, Some(value @ (Value::Text(_) | Value::Withheld(_))) if value.is_set())
        })
        .map(|(id, _)| id.as_str())
        .collect()
}

fn is_secret(id: &str, setting: &StoredSetting) -> bool {
    let custom = id.starts_with("Accounts_OAuth_Custom-") && id.ends_with("-secret");
    let flagged = setting.secret || setting.kind.as_deref() == Some("password");
    UNFLAGGED.contains(&id) || custom || flagged && !HARMLESS.contains(&id)
}

#[cfg(test)]
mod tests {
    use super::super::given::Given;

    #[test]
    fn secrets_are_found_by_flag_type_and_name() {
        let found = Given::new()
            .setting("SMTP_Password", "p")
            .setting("Bugsnag_api_key", "k")
            .setting("AutoTranslate_DeepLAPIKey", "k")
            .setting("Accounts_OAuth_Custom-Clinic-secret", "k")
            .setting("Cloud_Url", "https://cloud.rocket.chat")
            .setting("SlackBridge_BotToken", " ")
            .setting("Iframe_Restrict_Access", true)
            .setting("Site_Name", "Clinic")
            .derive("secret.settings");
        let wanted = [
            "Accounts_OAuth_Custom-Clinic-secret",
            "AutoTranslate_DeepLAPIKey",
            "Bugsnag_api_key",
            "SMTP_Password",
        ];
        assert_eq!(found, Ok(wanted.into_iter().collect()));
    }
}
